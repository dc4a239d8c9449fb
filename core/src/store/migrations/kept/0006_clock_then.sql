-- What was first sent: how far the server's clock was believed to be ahead of this device's then, in ms. A person may set
-- the device's clock between a send and the look for it.
ALTER TABLE outbox ADD COLUMN offset_then INTEGER;
