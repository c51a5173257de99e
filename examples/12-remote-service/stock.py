"""The service `stock` in Python. The guards and schemas of stock.mjs hold for it, too: the host applies them."""

from beryl_channel import Refusal, serve_stdio

left = {"apples": 10, "pears": 3}
done = {}  # answers by idempotency key: a host that was killed asks again, and must not reserve twice


def reserve(item, count, call):
    key = call["idempotencyKey"]
    if key not in done:
        if left.get(item, 0) < count:
            raise Refusal(f"not enough {item}")
        left[item] -= count
        done[key] = {"item": item, "left": left[item]}
    return done[key]


def value(item, call):
    return left.get(item, 0) * call.ask("prices", "price_of", item)


serve_stdio("stock", {"reserve": reserve, "value": value})
