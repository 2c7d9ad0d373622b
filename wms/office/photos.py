"""Photos of open boxes, shown with their parcel on the order's page. No decisions. Called by `views`."""

from uuid import UUID

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from wms.access.session import current_caller
from wms.database.transaction import Database
from wms.office.pages import SEES, Drawer, office_page
from wms.shipments.photos.service import picture_of


def add_photos(views: Blueprint, database: Database, drawer: Drawer) -> None:
    """The picture itself, for whoever may see the board."""

    @views.get("/office/photos/<uuid:photo_id>.jpg")
    @office_page(drawer, *SEES)
    def photo(photo_id: UUID) -> AnyResponse:
        warehouse_id = current_caller().warehouse_id
        picture = database.reading(lambda session: picture_of(session, warehouse_id, photo_id))
        if picture is None:
            raise NotFound("There is no such photo. Only the newest of a parcel are kept.")
        # A photo never changes under its name, but who may see it does.
        return Response(picture, content_type="image/jpeg", headers={"Cache-Control": "private, no-cache"})
