"""The rules of Message Guard, without Home Assistant.

Everything here is a pure function of what it is given: it is told the time and the facts, imports
only the standard library, awaits nothing, logs nothing and sends nothing.
"""
