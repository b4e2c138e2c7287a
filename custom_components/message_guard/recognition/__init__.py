"""Recognising what is said: language files, templates, sentences."""
