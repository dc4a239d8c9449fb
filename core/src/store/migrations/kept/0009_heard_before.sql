-- What was first sent: the newest time of the server's clock that had been heard until then, in ms. It is earlier than
-- anything that came of the send, however this device's clock was set before or since.
ALTER TABLE outbox DROP COLUMN offset_then;
ALTER TABLE outbox ADD COLUMN heard_before INTEGER;
