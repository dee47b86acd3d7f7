# AdamW (Loshchilov and Hutter 2019, algorithm 2) on float32 tensors, in place. One call updates every parameter.
class AdamW(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Euclidean norm over all gradients together.
  def norm(self: __torch__.AdamW, g: List[Tensor]) -> Tensor:
    norms = annotate(List[Tensor], [])
    for i in range(torch.len(g)):
      _0 = torch.append(norms, torch.norm(g[i], 2))
    return torch.norm(torch.stack(norms), 2)

  # p: parameters; g: gradients, scaled by "scale" first; m, v: moments. "c1" and "c2" are 1 - beta^t.
  #   p *= 1 - lr * decay;  m, v as usual;  p -= lr * (m / c1) / (sqrt(v / c2) + eps)
  # A learning rate of 0 moves the moments alone.
  def step(self: __torch__.AdamW, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], scale: float, lr: float, decay: float, beta1: float, beta2: float, eps: float, c1: float, c2: float) -> Tensor:
    for i in range(torch.len(p)):
      d = torch.mul(g[i], scale)
      _0 = torch.add_(torch.mul_(m[i], beta1), d, alpha=1.0 - beta1)
      _1 = torch.addcmul_(torch.mul_(v[i], beta2), d, d, value=1.0 - beta2)
      if lr != 0.0:
        q = torch.detach(p[i])
        root = torch.add(torch.sqrt(torch.div(v[i], c2)), eps)
        _2 = torch.addcdiv_(torch.mul_(q, 1.0 - lr * decay), m[i], root, value=-lr / c1)
    return p[0]
