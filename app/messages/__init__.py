"""Messages 消息: what people are told, in the transaction of the act that it tells of; in-site, by e-mail, by SMS."""
