"""Links between media, and what people say of them."""
