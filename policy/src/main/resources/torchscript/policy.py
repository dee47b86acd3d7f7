# A decoder-only transformer over packed tokens, in TorchScript's archived dialect: every operator is torch.NAME, types
# are numbers (4 int64, 6 float32, 7 float64, 15 bfloat16), the weights are a list of tensors that the caller owns.
#
# Letters: N packed tokens, R rows (requests), H query heads, G key-value heads, D head size, V vocabulary,
# S cached positions, M scored tokens. "shape" is [layers, H, G, D, dtype]; "rope" holds the D/2 inverse frequencies.
#
# Parameters (as in the checkpoint): embedding; per layer: norm, q, q bias, k, k bias, v, v bias, o, norm, gate, up,
# down; final norm; output head unless tied. Packed weights: embedding, final norm, head; per layer: norm, qkv, qkv bias,
# o, norm, gate-up, down.
class Policy(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Parameters -> packed weights in the compute type; differentiable unless copied.
  def pack(self: __torch__.Policy, p: List[Tensor], layers: int, dtype: int, copy: bool) -> List[Tensor]:
    w = annotate(List[Tensor], [])
    head = 0
    if torch.len(p) > 2 + 12 * layers:
      head = 2 + 12 * layers
    embedding = torch.to(p[0], dtype, False, copy)
    _0 = torch.append(w, embedding)
    _1 = torch.append(w, torch.to(p[1 + 12 * layers], dtype, False, copy))
    if head == 0:
      _2 = torch.append(w, embedding)
    else:
      _3 = torch.append(w, torch.to(p[head], dtype, False, copy))
    for i in range(layers):
      o = 1 + 12 * i
      _4 = torch.append(w, torch.to(p[o], dtype, False, copy))
      _5 = torch.append(w, torch.to(torch.cat([p[o + 1], p[o + 3], p[o + 5]], 0), dtype))
      _6 = torch.append(w, torch.to(torch.cat([p[o + 2], p[o + 4], p[o + 6]], 0), dtype))
      _7 = torch.append(w, torch.to(p[o + 7], dtype, False, copy))
      _8 = torch.append(w, torch.to(p[o + 8], dtype, False, copy))
      _9 = torch.append(w, torch.to(torch.cat([p[o + 9], p[o + 10]], 0), dtype))
      _10 = torch.append(w, torch.to(p[o + 11], dtype, False, copy))
    return w

  # RMS norm in float32, then the weight in its own type.
  def norm(self: __torch__.Policy, x: Tensor, weight: Tensor, eps: float) -> Tensor:
    h = torch.to(x, 6)
    scale = torch.rsqrt(torch.add(torch.mean(torch.mul(h, h), [-1], True), eps))
    return torch.mul(torch.to(torch.mul(h, scale), ops.prim.dtype(weight)), weight)

  # Angles of N positions: cos and sin, each [N, 1, D].
  def angles(self: __torch__.Policy, positions: Tensor, rope: Tensor, dtype: int) -> Tuple[Tensor, Tensor]:
    half = torch.mul(torch.unsqueeze(torch.to(positions, 6), 1), torch.unsqueeze(rope, 0))
    full = torch.unsqueeze(torch.cat([half, half], -1), 1)
    return (torch.to(torch.cos(full), dtype), torch.to(torch.sin(full), dtype))

  # Norm, projection and rotation: x [N, hidden] -> q [N, H, D], k [N, G, D], v [N, G, D].
  def project(self: __torch__.Policy, x: Tensor, w: List[Tensor], o: int, cos: Tensor, sin: Tensor, heads: int, groups: int, d: int, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
    n = torch.size(x, 0)
    qkv = torch.view(torch.linear(self.norm(x, w[o], eps), w[o + 1], w[o + 2]), [n, heads + 2 * groups, d])
    parts = torch.split_with_sizes(qkv, [heads + groups, groups], 1)
    qk = parts[0]
    ab = torch.split_with_sizes(qk, [d // 2, d // 2], 2)
    turned = torch.addcmul(torch.mul(qk, cos), torch.cat([torch.neg(ab[1]), ab[0]], -1), sin)
    pair = torch.split_with_sizes(turned, [heads, groups], 1)
    return (pair[0], pair[1], parts[1])

  # The rest of a block: a [N, H * D] -> residual stream [N, hidden].
  def finish(self: __torch__.Policy, x: Tensor, a: Tensor, w: List[Tensor], o: int, eps: float) -> Tensor:
    y = torch.add(x, torch.linear(a, w[o + 3], None))
    gate = torch.chunk(torch.linear(self.norm(y, w[o + 4], eps), w[o + 5], None), 2, -1)
    return torch.add(y, torch.linear(torch.mul(torch.silu(gate[0]), gate[1]), w[o + 6], None))

  # Attention of one sequence: q [T, H, D] are the last T of the S keys k, v [G, S, D]; mask [T, S] is added, or if T = S
  # left out for the causal one. Result [T, H * D].
  def attend(self: __torch__.Policy, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    t = torch.size(q, 0)
    heads = torch.size(q, 1)
    d = torch.size(q, 2)
    groups = torch.size(k, 0)
    s = torch.size(k, 1)
    q4 = torch.unsqueeze(torch.transpose(q, 0, 1), 0)
    k4 = torch.reshape(torch.expand(torch.unsqueeze(k, 1), [groups, heads // groups, s, d]), [1, heads, s, d])
    v4 = torch.reshape(torch.expand(torch.unsqueeze(v, 1), [groups, heads // groups, s, d]), [1, heads, s, d])
    if t == s:
      a = torch.scaled_dot_product_attention(q4, k4, v4, None, 0.0, True)
    else:
      a = torch.scaled_dot_product_attention(q4, k4, v4, torch.view(mask, [1, 1, t, s]), 0.0, False)
    return torch.reshape(torch.transpose(torch.squeeze(a, 0), 0, 1), [t, heads * d])

  # The causal mask of the last t of s positions, 0 or -inf, [t, s]; empty where the plain causal one will do.
  def causal(self: __torch__.Policy, t: int, s: int, like: Tensor) -> Tensor:
    if t == s:
      return torch.zeros([0], dtype=6)
    mask = torch.full([t, s], -inf, dtype=ops.prim.dtype(like), device=ops.prim.device(like))
    return torch.triu(mask, s - t + 1)

  def ints(self: __torch__.Policy, t: Tensor) -> List[int]:
    out = annotate(List[int], [])
    for i in range(torch.numel(t)):
      _0 = torch.append(out, int(t[i]))
    return out

  # Log-probabilities and entropies of M chosen next tokens.
  #   ids, positions [N]: packed tokens, cut into segments of the given sizes; a segment sees itself causally and, if its
  #   parent is not -1, the whole of segment parent before itself.
  #   rows [M]: packed index of the token before each target; targets [M]; cooling [M]: 1 / temperature.
  # Returns logp [M] (float32, differentiable) and entropy [M] (of the same tempered distribution, no gradient).
  def score(self: __torch__.Policy, p: List[Tensor], ids: Tensor, positions: Tensor, sizes0: Tensor, parents0: Tensor, rows: Tensor, targets: Tensor, cooling: Tensor, rope: Tensor, shape: Tensor, eps0: Tensor) -> Tuple[Tensor, Tensor]:
    layers = int(shape[0])
    heads = int(shape[1])
    groups = int(shape[2])
    d = int(shape[3])
    dtype = int(shape[4])
    eps = float(eps0)
    sizes = self.ints(sizes0)
    parents = self.ints(parents0)
    w = self.pack(p, layers, dtype, False)
    x = torch.embedding(w[0], ids)
    angle = self.angles(positions, rope, dtype)
    masks = annotate(List[Tensor], [])
    for j in range(torch.len(sizes)):
      before = 0
      if parents[j] >= 0:
        before = sizes[parents[j]]
      _0 = torch.append(masks, self.causal(sizes[j], before + sizes[j], x))
    for i in range(layers):
      o = 3 + 7 * i
      qkv = self.project(x, w, o, angle[0], angle[1], heads, groups, d, eps)
      q = torch.split_with_sizes(qkv[0], sizes, 0)
      k = torch.split_with_sizes(torch.transpose(qkv[1], 0, 1), sizes, 1)
      v = torch.split_with_sizes(torch.transpose(qkv[2], 0, 1), sizes, 1)
      out = annotate(List[Tensor], [])
      for j in range(torch.len(sizes)):
        f = parents[j]
        if f < 0:
          _1 = torch.append(out, self.attend(q[j], k[j], v[j], masks[j]))
        else:
          _2 = torch.append(out, self.attend(q[j], torch.cat([k[f], k[j]], 1), torch.cat([v[f], v[j]], 1), masks[j]))
      x = self.finish(x, torch.cat(out, 0), w, o, eps)
    h = self.norm(torch.embedding(x, rows), w[1], eps)
    logps = annotate(List[Tensor], [])
    entropies = annotate(List[Tensor], [])
    m = torch.size(rows, 0)
    chunk = 4096
    for c in range((m + chunk - 1) // chunk):
      e = ops.prim.min(m, (c + 1) * chunk)
      logits = torch.to(torch.linear(torch.slice(h, 0, c * chunk, e), w[2], None), 6)
      lp = torch.log_softmax(torch.mul(logits, torch.unsqueeze(torch.slice(cooling, 0, c * chunk, e), 1)), -1)
      chosen = torch.unsqueeze(torch.slice(targets, 0, c * chunk, e), 1)
      _3 = torch.append(logps, torch.squeeze(torch.gather(lp, 1, chosen), 1))
      still = torch.detach(lp)
      _4 = torch.append(entropies, torch.neg(torch.sum(torch.mul(torch.exp(still), still), [-1])))
    return (torch.cat(logps, 0), torch.cat(entropies, 0))

  # Fills the cache (keys, values [layers, rows, G, S, D]) with N packed tokens. Segment j belongs to cache row slots[j],
  # whose first starts[j] positions are there already.
  def prefill(self: __torch__.Policy, w: List[Tensor], keys: Tensor, values: Tensor, ids0: Tensor, positions0: Tensor, sizes: List[int], slots: List[int], starts: List[int], rope: Tensor, heads: int, eps: float) -> Tensor:
    dtype = ops.prim.dtype(keys)
    ids = torch.to(ids0, ops.prim.device(keys))
    layers = torch.size(keys, 0)
    groups = torch.size(keys, 2)
    d = torch.size(keys, 4)
    x = torch.embedding(w[0], ids)
    angle = self.angles(torch.to(positions0, ops.prim.device(keys)), rope, dtype)
    masks = annotate(List[Tensor], [])
    for j in range(torch.len(sizes)):
      _0 = torch.append(masks, self.causal(sizes[j], starts[j] + sizes[j], x))
    for i in range(layers):
      o = 3 + 7 * i
      qkv = self.project(x, w, o, angle[0], angle[1], heads, groups, d, eps)
      q = torch.split_with_sizes(qkv[0], sizes, 0)
      k = torch.split_with_sizes(torch.transpose(qkv[1], 0, 1), sizes, 1)
      v = torch.split_with_sizes(torch.transpose(qkv[2], 0, 1), sizes, 1)
      out = annotate(List[Tensor], [])
      for j in range(torch.len(sizes)):
        end = starts[j] + sizes[j]
        kj = torch.slice(torch.select(keys[i], 0, slots[j]), 1, 0, end)
        vj = torch.slice(torch.select(values[i], 0, slots[j]), 1, 0, end)
        _1 = torch.copy_(torch.slice(kj, 1, starts[j], end), k[j])
        _2 = torch.copy_(torch.slice(vj, 1, starts[j], end), v[j])
        if i < layers - 1:
          _3 = torch.append(out, self.attend(q[j], kj, vj, masks[j]))
      if i < layers - 1:
        x = self.finish(x, torch.cat(out, 0), w, o, eps)
    return positions0

  # Copies the first "length" positions of cache rows "sources" over rows "targets"; all are read before any is written.
  def move(self: __torch__.Policy, keys: Tensor, values: Tensor, sources0: Tensor, targets0: Tensor, length: int) -> Tensor:
    sources = torch.to(sources0, ops.prim.device(keys))
    targets = torch.to(targets0, ops.prim.device(keys))
    k = torch.slice(keys, 3, 0, length)
    v = torch.slice(values, 3, 0, length)
    _0 = torch.index_copy_(k, 1, targets, torch.index_select(k, 1, sources))
    _1 = torch.index_copy_(v, 1, targets, torch.index_select(v, 1, sources))
    return sources0

  # An empty cache tensor, or a larger one with the old one's content.
  def cache(self: __torch__.Policy, old: List[Tensor], layers: int, rows: int, groups: int, s: int, d: int, like: Tensor) -> Tensor:
    fresh = torch.zeros([layers, rows, groups, s, d], dtype=ops.prim.dtype(like), device=ops.prim.device(like))
    for i in range(torch.len(old)):
      part = torch.slice(torch.slice(fresh, 1, 0, torch.size(old[i], 1)), 3, 0, torch.size(old[i], 3))
      _0 = torch.copy_(part, old[i])
    return fresh

  # One token for each row from logits [R, V] by inverse CDF at u [R] (in [0, 1); negative: the most likely token).
  # Returns tokens [R] and their log-probabilities [R] under log_softmax(logits * cooling), before top-k and top-p.
  def sample(self: __torch__.Policy, logits: Tensor, u: Tensor, cooling: Tensor, filtered: bool, topk: Tensor, topp: Tensor) -> Tuple[Tensor, Tensor]:
    lp = torch.log_softmax(torch.mul(logits, torch.unsqueeze(cooling, 1)), -1)
    p = torch.exp(lp)
    if filtered:
      sorted = torch.sort(p, -1, True)
      before = torch.sub(torch.cumsum(sorted[0], -1), sorted[0])
      rank = torch.unsqueeze(torch.arange(torch.size(p, 1), dtype=4, device=ops.prim.device(p)), 0)
      keep = torch.logical_and(torch.lt(before, torch.unsqueeze(topp, 1)), torch.lt(rank, torch.unsqueeze(topk, 1)))
      kept = torch.mul(sorted[0], torch.to(keep, 6))
      p = torch.scatter(torch.zeros_like(p), 1, sorted[1], kept)
    cdf = torch.cumsum(p, -1, dtype=7)
    total = torch.slice(cdf, 1, -1)
    point = torch.mul(torch.unsqueeze(torch.clamp(u, 0.0), 1), total)
    drawn = torch.clamp(torch.searchsorted(cdf, point, right=True), 0, torch.size(p, 1) - 1)
    greedy = torch.argmax(lp, -1, True)
    token = torch.where(torch.unsqueeze(torch.lt(u, 0.0), 1), greedy, drawn)
    return (torch.squeeze(token, 1), torch.squeeze(torch.gather(lp, 1, token), 1))

  # A burst: each of the first R cache rows goes on by u.size(1) tokens. current [R] is each row's newest token, at
  # positions [R], not yet in the cache; u [R, steps] float64. Returns tokens and log-probabilities [R, steps] on the CPU.
  def decode(self: __torch__.Policy, w: List[Tensor], keys: Tensor, values: Tensor, current0: Tensor, positions0: Tensor, u0: Tensor, cooling0: Tensor, filtered: bool, topk0: Tensor, topp0: Tensor, longest: int, rope: Tensor, heads: int, eps: float) -> Tuple[Tensor, Tensor]:
    dtype = ops.prim.dtype(keys)
    dev = ops.prim.device(keys)
    layers = torch.size(keys, 0)
    groups = torch.size(keys, 2)
    d = torch.size(keys, 4)
    r = torch.size(current0, 0)
    steps = torch.size(u0, 1)
    current = torch.to(current0, dev)
    positions = torch.to(positions0, dev)
    u = torch.to(u0, dev)
    cooling = torch.to(cooling0, dev)
    topk = torch.to(topk0, dev)
    topp = torch.to(topp0, dev)
    tokens = annotate(List[Tensor], [])
    logps = annotate(List[Tensor], [])
    for step in range(steps):
      s = longest + step + 1
      angle = self.angles(positions, rope, dtype)
      column = torch.unsqueeze(torch.arange(s, dtype=4, device=dev), 0)
      hidden = torch.gt(column, torch.unsqueeze(positions, 1))
      mask0 = torch.masked_fill(torch.zeros([r, s], dtype=dtype, device=dev), hidden, -inf)
      mask = torch.expand(torch.view(mask0, [r, 1, 1, s]), [r, groups, heads // groups, s])
      place = torch.expand(torch.view(positions, [r, 1, 1, 1]), [r, groups, 1, d])
      x = torch.embedding(w[0], current)
      for i in range(layers):
        o = 3 + 7 * i
        qkv = self.project(x, w, o, angle[0], angle[1], heads, groups, d, eps)
        k = torch.slice(torch.slice(keys[i], 0, 0, r), 2, 0, s)
        v = torch.slice(torch.slice(values[i], 0, 0, r), 2, 0, s)
        _0 = torch.scatter_(k, 2, place, torch.unsqueeze(qkv[1], 2))
        _1 = torch.scatter_(v, 2, place, torch.unsqueeze(qkv[2], 2))
        q = torch.reshape(qkv[0], [r, groups, heads // groups, d])
        a = torch.scaled_dot_product_attention(q, k, v, mask, 0.0, False)
        x = self.finish(x, torch.reshape(a, [r, heads * d]), w, o, eps)
      logits = torch.to(torch.linear(self.norm(x, w[1], eps), w[2], None), 6)
      drawn = self.sample(logits, torch.select(u, 1, step), cooling, filtered, topk, topp)
      current = drawn[0]
      positions = torch.add(positions, 1)
      _2 = torch.append(tokens, drawn[0])
      _3 = torch.append(logps, drawn[1])
    return (torch.cpu(torch.stack(tokens, 1)), torch.cpu(torch.stack(logps, 1)))

  # Overwrites a parameter in place, without a gradient.
  def assign(self: __torch__.Policy, parameter: Tensor, value: Tensor) -> Tensor:
    _0 = torch.copy_(torch.detach(parameter), value)
    return value
