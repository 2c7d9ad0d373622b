"""Customs in words, English and Chinese. Pure; called by every page, screen and command that speaks of customs."""
