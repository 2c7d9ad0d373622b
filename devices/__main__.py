"""`python -m devices …` is `wms-bench …`, for whoever has the package and not its script."""

import sys

from devices.command import main

sys.exit(main())
