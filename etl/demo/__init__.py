"""A fictional city (虚构城市) with a full set of input files, to try and to test with."""

from etl.demo.scales import SCALES
from etl.demo.write import write_demo

__all__ = ["SCALES", "write_demo"]
