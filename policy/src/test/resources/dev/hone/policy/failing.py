# Methods that fail in native code, each in its own way.
class Failing(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def multiply(self: __torch__.Failing, a: Tensor, b: Tensor) -> Tensor:
    return torch.matmul(a, b)

  def weighted(self: __torch__.Failing, w: List[Tensor], b: List[Tensor]) -> Tensor:
    return torch.sum(torch.matmul(w[0], b[0]))

  def allocate(self: __torch__.Failing, like: Tensor, elements: int) -> Tensor:
    return torch.zeros([elements], dtype=6, device=ops.prim.device(like))

  def cast(self: __torch__.Failing, a: Tensor, dtype: int) -> Tensor:
    return torch.to(a, dtype)

  def first(self: __torch__.Failing, a: List[Tensor]) -> Tensor:
    return a[0]
