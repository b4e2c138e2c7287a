"""What people write to the house: taken in, kept, told of, and read out when somebody asks.

It is no entrance: nothing that comes in asks for anything to be sent, and an answer to it is a request like any other.
"""
