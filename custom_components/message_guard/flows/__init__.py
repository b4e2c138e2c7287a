"""The forms a household fills in; `config_flow` is where Home Assistant looks for them."""
