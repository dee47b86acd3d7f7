
  # More of class Policy: a layer over packed tokens, and its gradients written out by hand, so that nothing records a graph:
  # any number of threads train at once, and a backward pass keeps and reads no more than it has to.
  #
  # Letters: see policy.py; E is the hidden size, I the size inside an MLP. "sums" are the float32 sums of gradients, one for
  # each packed weight; an empty one is not wanted. A segment is a run of tokens of one sequence; segment j attends to itself
  # causally and, if parents[j] is not -1, to the whole of segment parents[j] before itself.
  #
  # What a layer keeps for its backward pass, in this order: x, 1/rms, normed x, qkv, 1/rms of q and k, q and k turned,
  # attention, its log-sum-exp, its two states, o projection, 1/rms, x + attention, 1/rms, normed, gate, activated gate * up,
  # down projection, 1/rms, up. What a model does not have is empty.

  def nothing(self: __torch__.Policy) -> Tensor:
    return torch.zeros([0], dtype=6)

  # 1 / sqrt(mean(x^2) + eps) over the last axis, [..., 1], float32.
  def inverse_rms(self: __torch__.Policy, x: Tensor) -> Tensor:
    if ops.prim.dtype(x) == 6:
      return torch.rsqrt(torch.add(torch.mean(torch.mul(x, x), [-1], True), self.eps))
    length = torch.linalg_vector_norm(x, 2, [-1], True, dtype=6)
    return torch.rsqrt(torch.add(torch.div(torch.mul(length, length), torch.size(x, -1)), self.eps))

  # x * inverse * weight, rounded where norm rounds.
  def normed(self: __torch__.Policy, x: Tensor, inverse: Tensor, weight: Tensor) -> Tensor:
    if ops.prim.dtype(weight) != ops.prim.dtype(x):
      return torch.to(torch.mul(torch.mul(x, inverse), weight), ops.prim.dtype(x))
    y = torch.empty_like(x)
    torch.mul(x, inverse, out=y)
    torch.mul_(y, weight)
    return y

  # Gradient of y = normed(x, r, weight) with respect to x; adds that of the weight to "sum".
  #   With g = dy * weight: dx = r * (g - x * r^2 * mean(g * x)).
  # A layer norm's backward pass with mean 0 gives that less r * mean(g), which is added again.
  def norm_backward(self: __torch__.Policy, dy0: Tensor, x0: Tensor, inverse: Tensor, weight0: Tensor, sum: Tensor) -> Tensor:
    type = ops.prim.dtype(x0)
    if not ops.prim.is_cuda(x0):
      type = 6
    dy = torch.to(dy0, type)
    x = torch.to(x0, type)
    weight = torch.to(weight0, type)
    size = torch.size(x, -1)
    zero = torch.zeros_like(inverse)
    wanted = torch.numel(sum) > 0
    if torch.dim(weight) == 1:
      d = torch.native_layer_norm_backward(dy, x, [size], zero, inverse, weight, None, [True, wanted, False])
      if wanted:
        torch.add_(sum, d[1])
      mean = torch.unsqueeze(torch.div(torch.matmul(dy, weight), float(size)), -1)
      return torch.to(torch.add_(d[0], torch.mul(mean, inverse)), ops.prim.dtype(x0))
    if wanted:
      torch.add_(sum, torch.sum(torch.mul(torch.mul(x, inverse), dy), [0]))
    g = torch.mul(dy, weight)
    e = torch.native_layer_norm_backward(g, torch.contiguous(x), [size], zero, inverse, None, None, [True, False, False])
    return torch.to(torch.add_(e[0], torch.mul(torch.mean(g, [-1], True), inverse)), ops.prim.dtype(x0))

  # Adds the gradient of a product x W^T [N, out] to the sum of that of W: dy^T x.
  def learn(self: __torch__.Policy, sum: Tensor, dy: Tensor, x: Tensor, sign: float) -> Tensor:
    if torch.numel(sum) > 0:
      if ops.prim.dtype(x) == 6:
        torch.addmm_(sum, torch.t(dy), x, alpha=sign)
      else:
        torch.add_(sum, torch.mm(torch.t(dy), x), alpha=sign)
    return sum

  # Gradient of affine(x, weight, bias) with respect to x; adds those of weight and bias to their sums.
  def affine_backward(self: __torch__.Policy, dy: Tensor, x: Tensor, w: List[Tensor], sums: List[Tensor], at: int) -> Tensor:
    self.learn(sums[at], dy, x, 1.0)
    if torch.numel(sums[at + 1]) > 0:
      torch.add_(sums[at + 1], torch.sum(dy, [0], False, dtype=6))
    return torch.mm(dy, w[at])

  # The gate's part of a weight or its sum, then the up projection's: views, whose rows are whole.
  def halves(self: __torch__.Policy, weight: Tensor) -> List[Tensor]:
    half = torch.size(weight, 0) // 2
    return [torch.slice(weight, 0, 0, half), torch.slice(weight, 0, half)]

  def activate_backward(self: __torch__.Policy, d: Tensor, x: Tensor) -> Tensor:
    if self.activation == 0:
      return torch.silu_backward(d, x)
    if self.activation == 1:
      return torch.gelu_backward(d, x, approximate="tanh")
    if self.activation == 2:
      return torch.gelu_backward(d, x, approximate="none")
    return torch.threshold_backward(d, x, 0)

  # Turns x [N, heads, D] by angles [N, 1, D]; sin is negative in its first half. The result is new.
  def turn(self: __torch__.Policy, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    h = self.d // 2
    y = torch.mul(x, cos)
    torch.addcmul_(torch.slice(y, 2, 0, h), torch.slice(x, 2, h), torch.slice(sin, 2, 0, h))
    torch.addcmul_(torch.slice(y, 2, h), torch.slice(x, 2, 0, h), torch.slice(sin, 2, h))
    return y

  # The gradient of turn, written into "into" [N, heads, D].
  def turn_backward(self: __torch__.Policy, dy: Tensor, cos: Tensor, sin: Tensor, into: Tensor) -> Tensor:
    h = self.d // 2
    torch.mul(dy, cos, out=into)
    torch.addcmul_(torch.slice(into, 2, 0, h), torch.slice(dy, 2, h), torch.slice(sin, 2, h))
    torch.addcmul_(torch.slice(into, 2, h), torch.slice(dy, 2, 0, h), torch.slice(sin, 2, 0, h))
    return into

  # Whether attention runs in the fused kernel for packed sequences.
  def fused(self: __torch__.Policy, like: Tensor, parents: List[int]) -> bool:
    if not ops.prim.is_cuda(like):
      return False
    if ops.prim.dtype(like) != 15:
      return False
    if self.d % 8 != 0:
      return False
    if self.d > 256:
      return False
    for parent in parents:
      if parent >= 0:
        return False
    return True

  def reach(self: __torch__.Policy, layer: int) -> int:
    if self.kinds[layer] == 1:
      return self.window - 1
    return -1

  # Attention of N packed tokens: q [N, H, D]; k, v [N, G, D]; layout: see there. Without the fused kernel 128 queries at one
  # time meet the keys up to theirs. Returns the result [N, H * D] and what the fused kernel's backward pass needs.
  def attention(self: __torch__.Policy, layer: int, q: Tensor, k: Tensor, v: Tensor, sizes: List[int], parents: List[int], layout: List[Tensor], longest: int) -> List[Tensor]:
    n = torch.size(q, 0)
    if self.fused(q, parents):
      a = torch._flash_attention_forward(q, k, v, layout[0], layout[0], longest, longest, 0.0, True, False, scale=self.attention_scale, window_size_left=self.reach(layer), window_size_right=-1)
      return [torch.view(a[0], [n, self.heads * self.d]), a[1], a[2], a[3]]
    out = torch.empty([n, self.heads, self.d], dtype=ops.prim.dtype(q), device=ops.prim.device(q))
    starts = self.starts(sizes)
    for j in range(torch.len(sizes)):
      kj = self.seen(k, j, sizes, parents, starts)
      vj = self.seen(v, j, sizes, parents, starts)
      for at in range(0, sizes[j], 128):
        t = ops.prim.min(128, sizes[j] - at)
        end = torch.size(kj, 1) - sizes[j] + at + t
        p = self.probabilities(layer, torch.slice(q, 0, starts[j] + at, starts[j] + at + t), torch.slice(kj, 1, 0, end), layout[1])
        o = torch.bmm(p, torch.slice(vj, 1, 0, end))
        torch.copy_(torch.slice(out, 0, starts[j] + at, starts[j] + at + t), self.ungrouped(o, t))
    return [torch.view(out, [n, self.heads * self.d]), self.nothing(), self.nothing(), self.nothing()]

  # Where segments begin, and where the last one ends.
  def starts(self: __torch__.Policy, sizes: List[int]) -> List[int]:
    out = annotate(List[int], [0])
    for j in range(torch.len(sizes)):
      torch.append(out, out[j] + sizes[j])
    return out

  # The keys (or values) that segment j sees, [G, S, D], its own last.
  def seen(self: __torch__.Policy, x: Tensor, j: int, sizes: List[int], parents: List[int], starts: List[int]) -> Tensor:
    own = torch.slice(x, 0, starts[j], starts[j] + sizes[j])
    f = parents[j]
    if f < 0:
      return torch.transpose(own, 0, 1)
    return torch.transpose(torch.cat([torch.slice(x, 0, starts[f], starts[f] + sizes[f]), own], 0), 0, 1)

  # [T, H, D] -> [G, H/G * T, D]: the heads that share keys are one long run of queries.
  def grouped(self: __torch__.Policy, x: Tensor) -> Tensor:
    share = self.heads // self.groups
    t = torch.size(x, 0)
    return torch.reshape(torch.permute(torch.view(x, [t, self.groups, share, self.d]), [1, 2, 0, 3]), [self.groups, share * t, self.d])

  # Its inverse, [T, H, D].
  def ungrouped(self: __torch__.Policy, x: Tensor, t: int) -> Tensor:
    share = self.heads // self.groups
    return torch.reshape(torch.permute(torch.view(x, [self.groups, share, t, self.d]), [2, 0, 1, 3]), [t, self.heads, self.d])

  # Attention's weights [G, H/G * T, S]: q [T, H, D] are the last T of the S keys [G, S, D]; ahead: see layout.
  def probabilities(self: __torch__.Policy, layer: int, q: Tensor, k: Tensor, ahead: Tensor) -> Tensor:
    t = torch.size(q, 0)
    s = torch.size(k, 1)
    share = self.heads // self.groups
    scores = torch.bmm(self.grouped(torch.mul(q, self.attention_scale)), torch.transpose(k, 1, 2))
    windowed = False
    if self.kinds[layer] == 1:
      windowed = s > self.window
    square = torch.view(scores, [self.groups, share, t, s])
    if windowed:
      torch.add_(square, self.causal(t, s, 1, q))
    else:
      torch.add_(torch.slice(square, 3, s - t), torch.slice(torch.slice(ahead, 0, 0, t), 1, 0, t))
    return torch.softmax(scores, -1)

  # What all layers know of how segments lie: where they end (int32, for the fused kernel), and what keeps 128 queries from
  # seeing ahead, 0 or -inf [128, 128].
  def layout(self: __torch__.Policy, sizes: List[int], like: Tensor) -> List[Tensor]:
    dev = ops.prim.device(like)
    ahead = torch.triu(torch.full([128, 128], -inf, dtype=ops.prim.dtype(like), device=dev), 1)
    return [torch.tensor(self.starts(sizes), dtype=3, device=dev), ahead]

  # Gradients of q, k and v, each of its shape. For P = softmax(scale * q k^T): dV = P^T da, dP = da V^T,
  # dS = P * (dP - rowsum(P * dP)), dq = scale * dS k, dk = scale * dS^T q.
  def attention_backward(self: __torch__.Policy, layer: int, da: Tensor, a: Tensor, q: Tensor, k: Tensor, v: Tensor, kept: List[Tensor], sizes: List[int], parents: List[int], layout: List[Tensor], longest: int) -> Tuple[Tensor, Tensor, Tensor]:
    n = torch.size(q, 0)
    wide = [n, self.heads, self.d]
    if self.fused(q, parents):
      return torch._flash_attention_backward(torch.view(da, wide), q, k, v, torch.view(a, wide), kept[0], layout[0], layout[0], longest, longest, 0.0, True, kept[1], kept[2], scale=self.attention_scale, window_size_left=self.reach(layer), window_size_right=-1)
    da3 = torch.view(da, wide)
    dq = torch.empty(wide, dtype=ops.prim.dtype(q), device=ops.prim.device(q))
    dk = torch.zeros([n, self.groups, self.d], dtype=ops.prim.dtype(q), device=ops.prim.device(q))
    dv = torch.zeros_like(dk)
    starts = self.starts(sizes)
    for j in range(torch.len(sizes)):
      f = parents[j]
      before = 0
      if f >= 0:
        before = sizes[f]
      kj = self.seen(k, j, sizes, parents, starts)
      vj = self.seen(v, j, sizes, parents, starts)
      for at in range(0, sizes[j], 128):
        t = ops.prim.min(128, sizes[j] - at)
        first = starts[j] + at
        end = before + at + t
        qt = torch.slice(q, 0, first, first + t)
        dat = self.grouped(torch.slice(da3, 0, first, first + t))
        kt = torch.slice(kj, 1, 0, end)
        p = self.probabilities(layer, qt, kt, layout[1])
        ds = torch._softmax_backward_data(torch.bmm(dat, torch.transpose(torch.slice(vj, 1, 0, end), 1, 2)), p, -1, ops.prim.dtype(p))
        dqt = torch.mul(self.ungrouped(torch.bmm(ds, kt), t), self.attention_scale)
        torch.copy_(torch.slice(dq, 0, first, first + t), dqt)
        dkt = torch.bmm(torch.transpose(ds, 1, 2), self.grouped(torch.mul(qt, self.attention_scale)))
        dvt = torch.bmm(torch.transpose(p, 1, 2), dat)
        self.spread(dk, dkt, before, f, starts, j)
        self.spread(dv, dvt, before, f, starts, j)
    return (dq, dk, dv)

  # Adds gradients [G, S, D] of the keys that segment j sees: the first "before" to segment f's, the rest to its own.
  def spread(self: __torch__.Policy, into: Tensor, x: Tensor, before: int, f: int, starts: List[int], j: int) -> Tensor:
    rows = torch.transpose(x, 0, 1)
    if f >= 0:
      torch.add_(torch.slice(into, 0, starts[f], starts[f] + before), torch.slice(rows, 0, 0, before))
    own = torch.slice(rows, 0, before)
    return torch.add_(torch.slice(into, 0, starts[j], starts[j] + torch.size(own, 0)), own)

  # One layer: residual stream x [N, E] -> what its backward pass needs, and at the end its result.
  def block(self: __torch__.Policy, w: List[Tensor], layer: int, x: Tensor, angle: List[Tensor], sizes: List[int], parents: List[int], layout: List[Tensor], longest: int) -> List[Tensor]:
    o = 3 + 13 * layer
    both = self.heads + self.groups
    r1 = self.inverse_rms(x)
    n1 = self.normed(x, r1, w[o])
    qkv = torch.view(self.affine(n1, w[o + 1], w[o + 2]), [torch.size(x, 0), both + self.groups, self.d])
    qk = torch.slice(qkv, 1, 0, both)
    rqk = self.nothing()
    if torch.numel(w[o + 3]) > 0:
      qk = torch.contiguous(qk)
      rqk = self.inverse_rms(qk)
      qk = self.normed(qk, rqk, w[o + 3])
    turned = self.turn(qk, angle[2 * self.kinds[layer]], angle[2 * self.kinds[layer] + 1])
    a = self.attention(layer, torch.slice(turned, 1, 0, self.heads), torch.slice(turned, 1, self.heads), torch.slice(qkv, 1, both), sizes, parents, layout, longest)
    mixed = self.affine(a[0], w[o + 4], w[o + 5])
    rm = self.nothing()
    if torch.numel(w[o + 6]) > 0:
      rm = self.inverse_rms(mixed)
      y = torch.add_(self.normed(mixed, rm, w[o + 6]), x)
    else:
      y = torch.add_(mixed, x)
      mixed = rm
    r2 = self.inverse_rms(y)
    n2 = self.normed(y, r2, w[o + 7])
    gates = self.halves(w[o + 8])
    biases = self.halves(w[o + 9])
    gate = self.affine(n2, gates[0], biases[0])
    up = self.affine(n2, gates[1], biases[1])
    act = torch.mul_(self.activate(gate), up)
    fed = self.affine(act, w[o + 10], w[o + 11])
    rf = self.nothing()
    if torch.numel(w[o + 12]) > 0:
      rf = self.inverse_rms(fed)
      out = torch.add_(self.normed(fed, rf, w[o + 12]), y)
    else:
      out = torch.add_(fed, y)
      fed = rf
    return [x, r1, n1, qkv, rqk, turned, a[0], a[1], a[2], a[3], mixed, rm, y, r2, n2, gate, act, fed, rf, up, out]

  # Gradient of a layer's result -> that of its input; adds those of its weights to the sums. kept: what block returned.
  def block_backward(self: __torch__.Policy, w: List[Tensor], sums: List[Tensor], layer: int, kept: List[Tensor], dout: Tensor, angle: List[Tensor], sizes: List[int], parents: List[int], layout: List[Tensor], longest: int) -> Tensor:
    o = 3 + 13 * layer
    both = self.heads + self.groups
    dfed = dout
    if torch.numel(w[o + 12]) > 0:
      dfed = self.norm_backward(dout, kept[17], kept[18], w[o + 12], sums[o + 12])
    dact = self.affine_backward(dfed, kept[16], w, sums, o + 10)
    gates = self.halves(w[o + 8])
    gate_sums = self.halves(sums[o + 8])
    bias_sums = self.halves(sums[o + 9])
    dup = torch.mul(dact, self.activate(kept[15]))
    dgate = self.activate_backward(torch.mul_(dact, kept[19]), kept[15])
    dn2 = self.affine_backward(dgate, kept[14], gates, [gate_sums[0], bias_sums[0]], 0)
    self.learn(gate_sums[1], dup, kept[14], 1.0)
    if torch.numel(bias_sums[1]) > 0:
      torch.add_(bias_sums[1], torch.sum(dup, [0], False, dtype=6))
    torch.addmm_(dn2, dup, gates[1])
    dy = torch.add_(self.norm_backward(dn2, kept[12], kept[13], w[o + 7], sums[o + 7]), dout)
    dmixed = dy
    if torch.numel(w[o + 6]) > 0:
      dmixed = self.norm_backward(dy, kept[10], kept[11], w[o + 6], sums[o + 6])
    da = self.affine_backward(dmixed, kept[6], w, sums, o + 4)
    q = torch.slice(kept[5], 1, 0, self.heads)
    k = torch.slice(kept[5], 1, self.heads)
    v = torch.slice(kept[3], 1, both)
    d = self.attention_backward(layer, da, kept[6], q, k, v, [kept[7], kept[8], kept[9]], sizes, parents, layout, longest)
    cos = angle[2 * self.kinds[layer]]
    sin = angle[2 * self.kinds[layer] + 1]
    dqkv = torch.empty_like(kept[3])
    self.turn_backward(d[0], cos, sin, torch.slice(dqkv, 1, 0, self.heads))
    self.turn_backward(d[1], cos, sin, torch.slice(dqkv, 1, self.heads, both))
    torch.copy_(torch.slice(dqkv, 1, both), d[2])
    if torch.numel(w[o + 3]) > 0:
      dqk = torch.contiguous(torch.slice(dqkv, 1, 0, both))
      raw = torch.slice(kept[3], 1, 0, both)
      torch.copy_(torch.slice(dqkv, 1, 0, both), self.norm_backward(dqk, raw, kept[4], w[o + 3], sums[o + 3]))
    dn1 = self.affine_backward(torch.view(dqkv, [torch.size(dqkv, 0), -1]), kept[2], w, sums, o + 1)
    return torch.add_(self.norm_backward(dn1, kept[0], kept[1], w[o], sums[o]), dy)
