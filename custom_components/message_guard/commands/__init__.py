"""Commands of the WebSocket API, by what they are about; `websocket_api` registers them."""
