"""Results on their way from a thread to the event loop."""

import asyncio
import threading

from custom_components.message_guard.ledger.handover import Handover

PIPE_BYTES = 65_536
"""What a pipe holds, unless somebody has asked for another size."""


def put_in_a_thread(handover: Handover, futures: list[asyncio.Future[int]]) -> None:
    """Pass on a result for each, one by one, while the loop is kept from looking."""

    def put() -> None:
        for number, future in enumerate(futures):
            handover.put([(future, number, None)])

    thread = threading.Thread(target=put)
    thread.start()
    thread.join()


async def test_more_results_than_the_pipe_holds_bytes() -> None:
    """All of them arrive, in order."""
    loop = asyncio.get_running_loop()
    handover = Handover(loop)
    futures = [loop.create_future() for _ in range(PIPE_BYTES + 10)]
    put_in_a_thread(handover, futures)
    assert await asyncio.gather(*futures) == list(range(len(futures)))
    put_in_a_thread(handover, [again := loop.create_future()])
    assert await again == 0
    handover.close()


async def test_what_is_left_when_it_ends() -> None:
    """Whoever waits hears of it; who has gone away is passed over."""
    loop = asyncio.get_running_loop()
    handover = Handover(loop)
    waiting, gone, failed = (loop.create_future() for _ in range(3))
    gone.cancel()
    handover.put([(gone, 1, None), (waiting, 2, None), (failed, None, ValueError("no"))])
    handover.close()
    assert await waiting == 2
    assert gone.cancelled()
    assert isinstance(failed.exception(), ValueError)
