"""Fills every slot and shows every block once: the reference shows its pictures, and its code beside them.

Its story is a garden in front of the house whose plots neighbours tend. It is not offered to committees.
"""

from plugins.gallery import blocks, columns, committees, pages, residents
from plugins.gallery.own import plugin

__all__ = ["blocks", "columns", "committees", "pages", "plugin", "residents"]
