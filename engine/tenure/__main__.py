"""``python -m tenure``: the command line, where no script is on the path."""

import sys

from tenure.cli import main

sys.exit(main())
