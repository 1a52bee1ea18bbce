"""A worker that breaks docs/protocol.md: the test of scripts/worker-conformance.sh expects it to be found out."""

import conformance
import worker


class Careless(worker.Partition):
    """Runs whatever comes, as often as it comes."""

    def refusal(self, request):
        pass


worker.Partition = Careless
worker.run({"conformance": (conformance.DESCRIPTION, conformance.conformance)})
