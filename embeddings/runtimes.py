"""What runs an exported graph: ONNX Runtime or OpenVINO, and which of the two suits this machine."""

from functools import cache
from pathlib import Path
from threading import Lock
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

RuntimeName = Literal["onnxruntime", "openvino"]


class Runtime(Protocol):
    """A loaded graph. Safe to call from several threads."""

    @property
    def name(self) -> str:
        """Runtime and precision, as they appear in the encoder's id."""
        ...

    def run(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """(n, tokens) ids and mask -> (n, dim) unit vectors."""
        ...


class OnnxRuntime:
    """fp32 on every processor."""

    name = "onnxruntime-fp32"

    def __init__(self, graph: Path, threads: int) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # waiting threads must not burn the cores that answer requests
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # batches differ in shape: a memory pattern per shape would be kept for ever
        options.enable_mem_pattern = False
        self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def run(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """(n, tokens) ids and mask -> (n, dim) unit vectors."""
        [vectors] = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return np.asarray(vectors, np.float32)


class OpenVino:
    """bf16 where the processor has AMX, fp32 elsewhere."""

    def __init__(self, graph: Path, threads: int) -> None:
        import openvino as ov

        precision = "bf16" if has_amx() else "f32"
        self.name = f"openvino-{precision.replace('f32', 'fp32')}"
        settings = {
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            "INFERENCE_PRECISION_HINT": precision,
            "ENABLE_CPU_PINNING": False,  # the cores are shared with the process that answers requests
        }
        self._request = ov.Core().compile_model(graph, "CPU", settings).create_infer_request()
        self._lock = Lock()  # one request computes one batch at a time

    def run(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """(n, tokens) ids and mask -> (n, dim) unit vectors."""
        with self._lock:
            result = self._request.infer({"input_ids": ids, "attention_mask": mask})
            return np.array(result[0], np.float32)  # a copy: the next batch overwrites the buffer


@cache
def has_amx() -> bool:
    """Whether this processor multiplies bf16 tiles in hardware, which makes OpenVINO several times faster."""
    cpuinfo = Path("/proc/cpuinfo")
    return cpuinfo.is_file() and "amx_bf16" in cpuinfo.read_text()


def fastest() -> RuntimeName:
    """Return the runtime that embeds most texts a second here (docs/benchmarks.md, `python -m bench.encoder`)."""
    return "openvino" if has_amx() else "onnxruntime"


def load(graph: Path, threads: int, runtime: RuntimeName) -> Runtime:
    """Load a graph whose hash has been checked."""
    return OpenVino(graph, threads) if runtime == "openvino" else OnnxRuntime(graph, threads)
