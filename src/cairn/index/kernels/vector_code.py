"""Four things that numba cannot say by itself: count ones, find a one, fetch ahead, compare lanes.

The heart is ``lanes_within``: load 64 bytes of signatures, exclusive-or with the query's, count bits in
each lane, compare with the limit, and answer one bit a lane. LLVM makes four instructions of it where the
processor has AVX-512 BITALG, and a few more elsewhere.

Importing this module imports numba.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import arrayobj

if TYPE_CHECKING:
    from collections.abc import Callable

    Emit = tuple[Any, Callable[..., Any]]

make_array: Any = arrayobj.make_array
get_or_insert_function: Any = cgutils.get_or_insert_function
LANE_BYTES = 64
"""Signatures that are compared at once: 32 of 16 bits or 16 of 32 bits."""


def _emit_ctpop(_typing: Any, _value: Any) -> Emit:  # pragma: no cover - in the compiler
    """Count the ones of a 64-bit word."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), generate


def _emit_cttz(_typing: Any, _value: Any) -> Emit:  # pragma: no cover - in the compiler
    """Answer the position of the lowest one; the value must not be 0."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), generate


def _emit_prefetch(_typing: Any, array: Any, _index: Any) -> Emit:  # pragma: no cover - in the compiler
    """Ask for the cache line of an element of a flat array."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = make_array(signature.args[0])(context, builder, args[0]).data
        byte = ir.IntType(8).as_pointer()
        number = ir.IntType(32)
        address = builder.bitcast(builder.gep(data, [args[1]]), byte)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        function = builder.module.declare_intrinsic("llvm.prefetch", (byte,), kind)
        read, keep, is_data = 0, 3, 1
        builder.call(function, [address, *(ir.Constant(number, value) for value in (read, keep, is_data))])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


def _emit_lanes_within(
    _typing: Any, array: Any, _index: Any, _query: Any, _limit: Any
) -> Emit:  # pragma: no cover - in the compiler
    """Answer one bit for each lane of 64 bytes: at most ``limit`` bits from the query, or not."""
    bits = array.dtype.bitwidth
    lanes = LANE_BYTES * 8 // bits

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        lane = ir.IntType(bits)
        vector = ir.VectorType(lane, lanes)
        data = make_array(signature.args[0])(context, builder, args[0]).data
        address = builder.bitcast(builder.gep(data, [args[1]]), vector.as_pointer())
        loaded = builder.load(address, align=bits // 8)
        differing = builder.xor(loaded, _splat(builder, args[2], vector))
        name = f"llvm.ctpop.v{lanes}i{bits}"
        count = get_or_insert_function(builder.module, ir.FunctionType(vector, [vector]), name)
        within = builder.icmp_unsigned(
            "<=", builder.call(count, [differing]), _splat(builder, args[3], vector)
        )
        return builder.zext(builder.bitcast(within, ir.IntType(lanes)), ir.IntType(64))

    return types.uint64(array, types.intp, array.dtype, array.dtype), generate


def _splat(builder: Any, value: Any, vector: Any) -> Any:  # pragma: no cover - in the compiler
    """Answer a vector with ``value`` in every lane."""
    empty = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(empty, value, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), vector.count), [0] * vector.count)
    return builder.shuffle_vector(first, empty, zeros)


ctpop: Any = intrinsic(_emit_ctpop)
cttz: Any = intrinsic(_emit_cttz)
prefetch: Any = intrinsic(_emit_prefetch)
lanes_within: Any = intrinsic(_emit_lanes_within)
