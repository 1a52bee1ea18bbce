"""Prints what the codec reads in messages, in the form that codecs/fuzz.sh compares; a message a line, in hex."""

import sys

from redistributed import Format, Message, decode, header


def canon(message: Message) -> str:
    context = message.context
    return "|".join(
        [
            message.kind.value,
            f"{context.trace_id:032x}",
            f"{context.span_id:016x}",
            str(int(context.sampled)),
            str(context.published_at_micros),
            str(context.message_id or ""),
            ",".join(f"{key}={value}" for key, value in context.trace_state),
            ",".join(
                f"{key}={entry.value.encode().hex()};{entry.metadata}" for key, entry in sorted(context.baggage.items())
            ),
            message.body.hex(),
            header(Format.ENVELOPE, context).hex(),
        ]
    )


if __name__ == "__main__":
    for line in sys.stdin:
        print(canon(decode(bytes.fromhex(line))))
