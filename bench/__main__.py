"""`python -m bench`: the benchmark of the scan path; see `bench.scans`."""

import sys

from bench.scans import main

sys.exit(main())
