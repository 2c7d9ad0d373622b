"""The page of label templates: each with its sample as a picture and as every printer gets it. No decisions.

Called by `views`.
"""

import threading
from collections.abc import Callable

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from wms.access.session import current_caller
from wms.kernel.errors import Busy
from wms.labels.model import LabelError, Medium
from wms.labels.press import Press, PressError
from wms.labels.preview import Preview, preview_named, preview_picture, previews, render_preview
from wms.office.pages import PRINTS, Drawer, office_page

_PNG = "png"
_FORMS = ", ".join(f"'{form}'" for form in (_PNG, *(medium.ending for medium in Medium)))


def add_label_previews(views: Blueprint, drawer: Drawer, press_for: Callable[[], Press]) -> None:
    """The page and its files; `press_for` gives the press of this process."""
    prints = office_page(drawer, *PRINTS)
    pictures: dict[str, bytes] = {}
    drawing = threading.Lock()

    def picture_of(preview: Preview) -> bytes:
        """Drawn once per process: samples do not change. A page asks for all at once, and no two draw the same."""
        with drawing:
            if preview.name not in pictures:
                pictures[preview.name] = preview_picture(preview, press=press_for())
            return pictures[preview.name]

    @views.get("/office/labels")
    @prints
    def label_templates() -> AnyResponse:
        caller = current_caller()
        return drawer.draw(
            "labels.html", caller, drawer.scope(caller), previews=previews(), title="Label templates", live=False
        )

    @views.get(f"/office/labels/<name>.<any({_FORMS}):form>")
    @prints
    def label_preview(name: str, form: str) -> AnyResponse:
        try:
            preview = preview_named(name)
            wanted = Medium.of_ending(form)
            if wanted is None:
                response = Response(picture_of(preview), content_type="image/png")
            else:
                made = render_preview(preview, wanted, press=press_for())
                response = Response(made.content, content_type=made.media_type)
        except LabelError as error:
            raise NotFound(f"There is no such preview. {error}") from error
        except PressError as error:
            raise Busy(str(error)) from error
        response.headers.set("Content-Disposition", "inline", filename=f"{name}.{form}")
        response.headers["Cache-Control"] = "private, no-cache"
        response.add_etag()
        response.make_conditional(request)
        return response
