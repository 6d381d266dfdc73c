"""Stock properties: what must hold of every contract in every history, whatever its clauses say."""

from tenure.testing.stock.case import Case, Seen
from tenure.testing.stock.registry import STOCK, StockProperty, off_in_file, stock_named

__all__ = ["STOCK", "Case", "Seen", "StockProperty", "off_in_file", "stock_named"]
