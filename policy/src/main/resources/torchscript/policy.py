# A decoder-only transformer over packed tokens, in TorchScript's archived dialect: every operator is torch.NAME, types
# are numbers (4 int64, 6 float32, 7 float64, 15 bfloat16), the weights are a list of tensors that the caller owns.
#
# Letters: N packed tokens, R rows (requests), H query heads, G key-value heads, D head size, V vocabulary,
# S cached positions, M scored tokens, K frequency sets. "rope" holds inverse frequencies [kinds, K, D/2].
#
# Layers are of kind 0 (attention to everything before) or 1 (to the last "window" tokens); each kind has its own rotary
# frequencies and masks. What a model does not have is an empty tensor among the packed weights.
#
# Parameters p: those of the checkpoint. "slots" says where each is in p, -1 where the model has none: embedding, final
# norm, head; per layer: input norm, q, q bias, k, k bias, v, v bias, q norm, k norm, o, o bias, attention's output norm,
# mlp norm, gate, gate bias, up, up bias, down, down bias, mlp's output norm.
# Adapters (LoRA) stand behind the parameters of the checkpoint in p. "adapters" says for each of these where its A [r, in] is,
# whose B [out, r] is the next, or -1. Packed weights have them in.
# Packed weights w: embedding, final norm, head; per layer: input norm, qkv, qkv bias, qk norm, o, o bias, attention's
# output norm, mlp norm, gate-up, gate-up bias, down, down bias, mlp's output norm.
class Policy(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layers : int
  heads : int
  groups : int
  d : int
  dtype : int
  eps : float
  attention_scale : float
  embedding_scale : float
  cap : float
  activation : int
  padding : int
  centred : bool
  window : int
  kinds : List[int]
  slots : List[int]
  adapters : List[int]
  adapter_scale : float
  rope_scales : List[float]

  # A parameter as the model uses it: W, or W + scale * B A in float32.
  def weight(self: __torch__.Policy, p: List[Tensor], at: int) -> Tensor:
    a = self.adapters[at]
    if a < 0:
      return p[at]
    return torch.addmm(p[at], p[a + 1], p[a], alpha=self.adapter_scale)

  # The parameter of a slot, or an empty tensor.
  def piece(self: __torch__.Policy, p: List[Tensor], slot: int) -> Tensor:
    at = self.slots[slot]
    if at < 0:
      return torch.zeros([0], dtype=6)
    return self.weight(p, at)

  # Norm weights in the type that they are multiplied in; some families store what to add to 1.
  def gain(self: __torch__.Policy, weight: Tensor, copy: bool) -> Tensor:
    g = torch.to(weight, self.dtype, False, copy)
    if self.centred:
      return torch.add(torch.to(g, 6), 1.0)
    return g

  # Parameters -> packed weights in the compute type; differentiable unless copied.
  def pack(self: __torch__.Policy, p: List[Tensor], copy: bool) -> List[Tensor]:
    w = annotate(List[Tensor], [])
    embedding = torch.to(p[self.slots[0]], self.dtype, False, copy)
    _0 = torch.append(w, embedding)
    _1 = torch.append(w, self.gain(p[self.slots[1]], copy))
    if self.slots[2] < 0:
      _2 = torch.append(w, embedding)
    else:
      _3 = torch.append(w, torch.to(p[self.slots[2]], self.dtype, False, copy))
    for i in range(self.layers):
      o = 3 + 20 * i
      _4 = torch.append(w, self.gain(self.piece(p, o), copy))
      qkv = torch.cat([self.piece(p, o + 1), self.piece(p, o + 3), self.piece(p, o + 5)], 0)
      _5 = torch.append(w, torch.to(qkv, self.dtype))
      bias = torch.cat([self.piece(p, o + 2), self.piece(p, o + 4), self.piece(p, o + 6)], 0)
      _6 = torch.append(w, torch.to(bias, self.dtype))
      if self.slots[o + 7] < 0:
        _7 = torch.append(w, torch.zeros([0], dtype=6))
      else:
        qn = torch.expand(torch.unsqueeze(self.piece(p, o + 7), 0), [self.heads, self.d])
        kn = torch.expand(torch.unsqueeze(self.piece(p, o + 8), 0), [self.groups, self.d])
        _8 = torch.append(w, self.gain(torch.cat([qn, kn], 0), copy))
      _9 = torch.append(w, torch.to(self.piece(p, o + 9), self.dtype, False, copy))
      _10 = torch.append(w, torch.to(self.piece(p, o + 10), self.dtype, False, copy))
      _11 = torch.append(w, self.gain(self.piece(p, o + 11), copy))
      _12 = torch.append(w, self.gain(self.piece(p, o + 12), copy))
      _13 = torch.append(w, torch.to(torch.cat([self.piece(p, o + 13), self.piece(p, o + 15)], 0), self.dtype))
      _14 = torch.append(w, torch.to(torch.cat([self.piece(p, o + 14), self.piece(p, o + 16)], 0), self.dtype))
      _15 = torch.append(w, torch.to(self.piece(p, o + 17), self.dtype, False, copy))
      _16 = torch.append(w, torch.to(self.piece(p, o + 18), self.dtype, False, copy))
      _17 = torch.append(w, self.gain(self.piece(p, o + 19), copy))
    return w

  # RMS norm in float32, then the weight in its own type, then the type of x. In bfloat16 it is the layer norm of [x, -x], whose
  # mean is 0: one kernel in place of five, where launching them is what takes a GPU's time.
  def norm(self: __torch__.Policy, x: Tensor, weight: Tensor) -> Tensor:
    both = ops.prim.dtype(x) == 15
    if ops.prim.dtype(weight) != 15:
      both = False
    if both:
      n = torch.size(x, -1)
      pair = torch.layer_norm(torch.cat([x, torch.neg(x)], -1), [2 * n], None, None, self.eps)
      return torch.mul(torch.slice(pair, -1, 0, n), weight)
    h = torch.to(x, 6)
    scale = torch.rsqrt(torch.add(torch.mean(torch.mul(h, h), [-1], True), self.eps))
    y = torch.mul(torch.to(torch.mul(h, scale), ops.prim.dtype(weight)), weight)
    return torch.to(y, ops.prim.dtype(x))

  def affine(self: __torch__.Policy, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    if torch.numel(bias) == 0:
      return torch.linear(x, weight, None)
    return torch.linear(x, weight, bias)

  def activate(self: __torch__.Policy, x: Tensor) -> Tensor:
    if self.activation == 0:
      return torch.silu(x)
    if self.activation == 1:
      return torch.gelu(x, approximate="tanh")
    if self.activation == 2:
      return torch.gelu(x, approximate="none")
    return torch.relu(x)

  # Token ids [N] -> residual stream [N, hidden]. The padding token gets no gradient here.
  def embed(self: __torch__.Policy, w: List[Tensor], ids: Tensor) -> Tensor:
    x = torch.embedding(w[0], ids, self.padding)
    if self.embedding_scale == 1.0:
      return x
    return torch.mul(x, self.embedding_scale)

  # Angles of N positions: cos and sin of kind 0, then of kind 1, each [N, 1, D]; sin is negative in its first half, as the
  # halves that it multiplies change places. rope: [kinds, N or 1, D/2].
  def angles(self: __torch__.Policy, positions: Tensor, rope: Tensor) -> List[Tensor]:
    out = annotate(List[Tensor], [])
    place = torch.unsqueeze(torch.to(positions, 6), 1)
    for kind in range(torch.size(rope, 0)):
      half = torch.mul(place, torch.select(rope, 0, kind))
      full = torch.unsqueeze(torch.cat([half, half], -1), 1)
      signed = torch.unsqueeze(torch.cat([torch.neg(half), half], -1), 1)
      _0 = torch.append(out, torch.to(torch.mul(torch.cos(full), self.rope_scales[kind]), self.dtype))
      _1 = torch.append(out, torch.to(torch.mul(torch.sin(signed), self.rope_scales[kind]), self.dtype))
    return out

  # Norm, projection and rotation: x [N, hidden] -> q [N, H, D], k [N, G, D], v [N, G, D].
  def project(self: __torch__.Policy, x: Tensor, w: List[Tensor], layer: int, angle: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
    o = 3 + 13 * layer
    both = self.heads + self.groups
    qkv = torch.view(self.affine(self.norm(x, w[o]), w[o + 1], w[o + 2]), [torch.size(x, 0), both + self.groups, self.d])
    parts = torch.split_with_sizes(qkv, [both, self.groups], 1)
    qk = parts[0]
    if torch.numel(w[o + 3]) > 0:
      qk = self.norm(qk, w[o + 3])
    cos = angle[2 * self.kinds[layer]]
    sin = angle[2 * self.kinds[layer] + 1]
    turned = torch.addcmul(torch.mul(qk, cos), torch.roll(qk, [self.d // 2], [2]), sin)
    pair = torch.split_with_sizes(turned, [self.heads, self.groups], 1)
    return (pair[0], pair[1], parts[1])

  # The rest of a block: a [N, H * D] -> residual stream [N, hidden].
  def finish(self: __torch__.Policy, x: Tensor, a: Tensor, w: List[Tensor], layer: int) -> Tensor:
    o = 3 + 13 * layer
    mixed = self.affine(a, w[o + 4], w[o + 5])
    if torch.numel(w[o + 6]) > 0:
      mixed = self.norm(mixed, w[o + 6])
    y = torch.add(x, mixed)
    gate = torch.chunk(self.affine(self.norm(y, w[o + 7]), w[o + 8], w[o + 9]), 2, -1)
    fed = self.affine(torch.mul(self.activate(gate[0]), gate[1]), w[o + 10], w[o + 11])
    if torch.numel(w[o + 12]) > 0:
      fed = self.norm(fed, w[o + 12])
    return torch.add(y, fed)

  # Attention of one sequence: q [T, H, D] are the last T of the S keys k, v [G, S, D]; mask [T, S] is added, or if empty
  # the plain causal one of T = S is used. Result [T, H * D].
  def attend(self: __torch__.Policy, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    t = torch.size(q, 0)
    s = torch.size(k, 1)
    share = self.heads // self.groups
    q4 = torch.unsqueeze(torch.transpose(q, 0, 1), 0)
    k4 = torch.reshape(torch.expand(torch.unsqueeze(k, 1), [self.groups, share, s, self.d]), [1, self.heads, s, self.d])
    v4 = torch.reshape(torch.expand(torch.unsqueeze(v, 1), [self.groups, share, s, self.d]), [1, self.heads, s, self.d])
    if torch.numel(mask) == 0:
      a = torch.scaled_dot_product_attention(q4, k4, v4, None, 0.0, True, scale=self.attention_scale)
    else:
      a = torch.scaled_dot_product_attention(q4, k4, v4, torch.view(mask, [1, 1, t, s]), 0.0, False, scale=self.attention_scale)
    return torch.reshape(torch.transpose(torch.squeeze(a, 0), 0, 1), [t, self.heads * self.d])

  # The mask of the last t of s tokens in layers of a kind, 0 or -inf, [t, s]; empty where the plain causal one will do.
  # Token i sees token j if j <= i and, in a window, j > i - window: tokens are counted, whatever their positions say.
  def causal(self: __torch__.Policy, t: int, s: int, kind: int, like: Tensor) -> Tensor:
    windowed = False
    if kind == 1:
      windowed = s > self.window
    if windowed:
      full = torch.full([t, s], -inf, dtype=ops.prim.dtype(like), device=ops.prim.device(like))
      return torch.add(torch.triu(full, s - t + 1), torch.tril(full, s - t - self.window))
    if t == s:
      return torch.zeros([0], dtype=6)
    rest = torch.full([t, s], -inf, dtype=ops.prim.dtype(like), device=ops.prim.device(like))
    return torch.triu(rest, s - t + 1)

  # Masks of segments for kind 0, then for kind 1; before[j] tokens stand before the sizes[j] of segment j.
  def masks(self: __torch__.Policy, before: List[int], sizes: List[int], kinds: int, like: Tensor) -> List[Tensor]:
    out = annotate(List[Tensor], [])
    for kind in range(kinds):
      for j in range(torch.len(sizes)):
        _0 = torch.append(out, self.causal(sizes[j], before[j] + sizes[j], kind, like))
    return out

  # Normed hidden states [M, hidden] -> logits [M, V], float32.
  def project_out(self: __torch__.Policy, w: List[Tensor], h: Tensor) -> Tensor:
    logits = torch.to(torch.linear(h, w[2], None), 6)
    if self.cap == 0.0:
      return logits
    return torch.mul(torch.tanh(torch.div(logits, self.cap)), self.cap)

  # Fills the cache (keys, values [layers, rows, G, S, D]) with N packed tokens. Segment j belongs to cache row slots[j],
  # whose first starts[j] positions are there already.
  def prefill(self: __torch__.Policy, w: List[Tensor], keys: Tensor, values: Tensor, ids0: Tensor, positions0: Tensor, sizes: List[int], slots: List[int], starts: List[int], rope: Tensor) -> Tensor:
    x = self.embed(w, torch.to(ids0, ops.prim.device(keys)))
    angle = self.angles(torch.to(positions0, ops.prim.device(keys)), rope)
    masks = self.masks(starts, sizes, torch.size(rope, 0), x)
    for i in range(self.layers):
      first = self.kinds[i] * torch.len(sizes)
      qkv = self.project(x, w, i, angle)
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
        if i < self.layers - 1:
          _3 = torch.append(out, self.attend(q[j], kj, vj, masks[first + j]))
      if i < self.layers - 1:
        x = self.finish(x, torch.cat(out, 0), w, i)
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

  # One token for each row from logits [R, V] by inverse CDF at u [R] (in [0, 1); negative: the most likely token, looked
  # for only if "greedy"). Returns tokens [R] and their log-probabilities [R] under log_softmax(logits * cooling), before
  # top-k and top-p. "tempered" says whether any cooling is not 1.
  def sample(self: __torch__.Policy, logits: Tensor, u: Tensor, cooling: Tensor, tempered: bool, greedy: bool, filtered: bool, topk: Tensor, topp: Tensor) -> Tuple[Tensor, Tensor]:
    cooled = logits
    if tempered:
      cooled = torch.mul(logits, torch.unsqueeze(cooling, 1))
    p = torch.softmax(cooled, -1)
    weights = p
    if filtered:
      sorted = torch.sort(p, -1, True)
      before = torch.sub(torch.cumsum(sorted[0], -1), sorted[0])
      rank = torch.unsqueeze(torch.arange(torch.size(p, 1), dtype=4, device=ops.prim.device(p)), 0)
      keep = torch.logical_and(torch.lt(before, torch.unsqueeze(topp, 1)), torch.lt(rank, torch.unsqueeze(topk, 1)))
      kept = torch.mul(sorted[0], torch.to(keep, 6))
      weights = torch.scatter(torch.zeros_like(p), 1, sorted[1], kept)
    token = self.draw(weights, torch.unsqueeze(u, 1))
    if greedy:
      token = torch.where(torch.unsqueeze(torch.lt(u, 0.0), 1), torch.argmax(cooled, -1, True), token)
    return (torch.squeeze(token, 1), torch.squeeze(torch.log(torch.gather(p, 1, token)), 1))

  # Indices [R, 1] by inverse CDF of weights [R, V] at u [R, 1]: first the block of 256, then the place in it, so that running
  # sums are never kept for all of V. What weighs nothing is not drawn.
  def draw(self: __torch__.Policy, weights: Tensor, u: Tensor) -> Tensor:
    v = torch.size(weights, 1)
    whole = v // 256
    blocks = torch.view(torch.slice(weights, 1, 0, whole * 256), [torch.size(weights, 0), whole, 256])
    sums = torch.sum(blocks, [-1], False, dtype=7)
    if whole * 256 < v:
      sums = torch.cat([sums, torch.sum(torch.slice(weights, 1, whole * 256), [-1], True, dtype=7)], 1)
    cdf = torch.cumsum(sums, -1)
    point = torch.mul(torch.clamp(u, 0.0, 0.999999999999), torch.slice(cdf, 1, -1))
    block = torch.clamp(torch.searchsorted(cdf, point, right=True), 0, torch.size(cdf, 1) - 1)
    weight = torch.gather(sums, 1, block)
    share = torch.clamp(torch.div(torch.add(torch.sub(point, torch.gather(cdf, 1, block)), weight), weight), 0.0, 0.999999999999)
    place = torch.add(torch.mul(block, 256), torch.arange(256, dtype=4, device=ops.prim.device(weights)))
    safe = torch.clamp(place, 0, v - 1)
    inside = torch.masked_fill(torch.gather(weights, 1, safe), torch.ge(place, v), 0.0)
    running = torch.cumsum(inside, -1, dtype=7)
    at = torch.searchsorted(running, torch.mul(share, torch.slice(running, 1, -1)), right=True)
    return torch.gather(safe, 1, torch.clamp(at, 0, 255))

  # A burst: each of the R cache rows from "first" on goes on by u.size(1) tokens. current [R] is each row's newest token, at
  # positions [R], not yet in the cache; u [R, steps] float64. Returns tokens and log-probabilities [R, steps] on the CPU.
  def decode(self: __torch__.Policy, w: List[Tensor], keys: Tensor, values: Tensor, first: int, current0: Tensor, positions0: Tensor, u0: Tensor, cooling0: Tensor, tempered: bool, greedy: bool, filtered: bool, topk0: Tensor, topp0: Tensor, longest: int, rope: Tensor) -> Tuple[Tensor, Tensor]:
    dev = ops.prim.device(keys)
    r = torch.size(current0, 0)
    steps = torch.size(u0, 1)
    current = torch.to(current0, dev)
    positions = torch.to(positions0, dev)
    u = torch.to(u0, dev)
    cooling = torch.to(cooling0, dev)
    topk = torch.to(topk0, dev)
    topp = torch.to(topp0, dev)
    # What a burst needs once: its places in the cache, masks and angles of all its steps.
    s = ops.prim.min(torch.size(keys, 3), (longest + steps + 15) // 16 * 16)
    k = torch.unbind(torch.slice(torch.slice(keys, 1, first, first + r), 3, 0, s), 0)
    v = torch.unbind(torch.slice(torch.slice(values, 1, first, first + r), 3, 0, s), 0)
    kinds = torch.size(rope, 0)
    masks = annotate(List[Tensor], [])
    angles = annotate(List[Tensor], [])
    for step in range(steps):
      later = torch.add(positions, step)
      for mask in self.step_masks(later, s, kinds, keys):
        _0 = torch.append(masks, mask)
      for angle in self.angles(later, rope):
        _1 = torch.append(angles, angle)
    tokens = annotate(List[Tensor], [])
    logps = annotate(List[Tensor], [])
    for step in range(steps):
      angle = torch.slice(angles, 2 * kinds * step, 2 * kinds * (step + 1))
      logits = self.next_logits(w, k, v, k, v, current, torch.add(positions, step), torch.slice(masks, kinds * step, kinds * (step + 1)), angle)
      drawn = self.sample(logits, torch.select(u, 1, step), cooling, tempered, greedy, filtered, topk, topp)
      current = drawn[0]
      _4 = torch.append(tokens, drawn[0])
      _5 = torch.append(logps, drawn[1])
    return (torch.cpu(torch.stack(tokens, 1)), torch.cpu(torch.stack(logps, 1)))

  # Puts the tokens current [R] at positions [R] into the cache and returns the logits [R, V] of what comes after them.
  # k, v: per layer the rows [R, G, S, D] to write; ks, vs: their first s positions, which attention reads under masks
  # (of each kind, see step_masks); angle: see angles.
  def next_logits(self: __torch__.Policy, w: List[Tensor], k: List[Tensor], v: List[Tensor], ks: List[Tensor], vs: List[Tensor], current: Tensor, positions: Tensor, masks: List[Tensor], angle: List[Tensor]) -> Tensor:
    r = torch.size(current, 0)
    place = torch.expand(torch.view(positions, [r, 1, 1, 1]), [r, self.groups, 1, self.d])
    x = self.embed(w, current)
    for i in range(self.layers):
      qkv = self.project(x, w, i, angle)
      _0 = torch.scatter_(k[i], 2, place, torch.unsqueeze(qkv[1], 2))
      _1 = torch.scatter_(v[i], 2, place, torch.unsqueeze(qkv[2], 2))
      q = torch.reshape(qkv[0], [r, self.groups, self.heads // self.groups, self.d])
      a = torch.scaled_dot_product_attention(q, ks[i], vs[i], masks[self.kinds[i]], 0.0, False, scale=self.attention_scale)
      x = self.finish(x, torch.reshape(a, [r, self.heads * self.d]), w, i)
    return self.project_out(w, self.norm(x, w[1]))

  # What "step" works on, for up to that many rows and tokens a burst: newest tokens [rows], their positions [rows], noise
  # [rows, tokens], cooling [rows], tokens done [1]; and what it makes: tokens and log-probabilities [rows, tokens].
  def registers(self: __torch__.Policy, rows: int, tokens: int, like: Tensor) -> List[Tensor]:
    dev = ops.prim.device(like)
    out = annotate(List[Tensor], [])
    _0 = torch.append(out, torch.zeros([rows], dtype=4, device=dev))
    _1 = torch.append(out, torch.zeros([rows], dtype=4, device=dev))
    _2 = torch.append(out, torch.zeros([rows, tokens], dtype=7, device=dev))
    _3 = torch.append(out, torch.ones([rows], dtype=6, device=dev))
    _4 = torch.append(out, torch.zeros([1], dtype=4, device=dev))
    _5 = torch.append(out, torch.zeros([rows, tokens], dtype=4, device=dev))
    _6 = torch.append(out, torch.zeros([rows, tokens], dtype=6, device=dev))
    return out

  # Writes a burst's inputs over the first rows of the registers; none of its tokens is done yet.
  def enter(self: __torch__.Policy, registers: List[Tensor], inputs: List[Tensor]) -> Tensor:
    for i in range(torch.len(inputs)):
      target = torch.slice(registers[i], 0, 0, torch.size(inputs[i], 0))
      if torch.dim(target) == 2:
        target = torch.slice(target, 1, 0, torch.size(inputs[i], 1))
      _0 = torch.copy_(target, inputs[i])
    return torch.zero_(registers[4])

  # The next token of the first r rows, whose keys and values are looked for among the cache's first s positions. All in
  # place and without a look at values, so that a recording of it can be repeated: rows that are only padding stand at the
  # cache's last position, which no sequence uses, and stay there.
  def step(self: __torch__.Policy, w: List[Tensor], keys: Tensor, values: Tensor, registers: List[Tensor], r: int, s: int, tempered: bool, greedy: bool, rope: Tensor) -> Tensor:
    current = torch.slice(registers[0], 0, 0, r)
    positions = torch.slice(registers[1], 0, 0, r)
    cooling = torch.slice(registers[3], 0, 0, r)
    done = registers[4]
    k = torch.slice(keys, 1, 0, r)
    v = torch.slice(values, 1, 0, r)
    ks = torch.unbind(torch.slice(k, 3, 0, s), 0)
    vs = torch.unbind(torch.slice(v, 3, 0, s), 0)
    masks = self.step_masks(positions, s, torch.size(rope, 0), keys)
    logits = self.next_logits(w, torch.unbind(k, 0), torch.unbind(v, 0), ks, vs, current, positions, masks, self.angles(positions, rope))
    u = torch.squeeze(torch.index_select(torch.slice(registers[2], 0, 0, r), 1, done), 1)
    drawn = self.sample(logits, u, cooling, tempered, greedy, False, done, cooling)
    _0 = torch.copy_(current, drawn[0])
    _1 = torch.index_copy_(torch.slice(registers[5], 0, 0, r), 1, done, torch.unsqueeze(drawn[0], 1))
    _2 = torch.index_copy_(torch.slice(registers[6], 0, 0, r), 1, done, torch.unsqueeze(drawn[1], 1))
    _3 = torch.clamp_max_(torch.add_(positions, 1), torch.size(keys, 3) - 1)
    return torch.add_(done, 1)

  # What the first r rows gained in so many tokens, on the CPU.
  def leave(self: __torch__.Policy, registers: List[Tensor], r: int, tokens: int) -> Tuple[Tensor, Tensor]:
    drawn = torch.slice(torch.slice(registers[5], 0, 0, r), 1, 0, tokens)
    logps = torch.slice(torch.slice(registers[6], 0, 0, r), 1, 0, tokens)
    return (torch.cpu(drawn), torch.cpu(logps))

  # Writes packed weights over others of the same shapes, and waits until that is done.
  def overwrite(self: __torch__.Policy, targets: List[Tensor], sources: List[Tensor]) -> Tensor:
    for i in range(torch.len(targets)):
      _0 = torch.copy_(targets[i], sources[i])
    return torch.cpu(torch.to(torch.slice(torch.reshape(targets[1], [-1]), 0, 0, 1), 6))

  # Which of s cached positions each row's query at "positions" [R] sees, 0 or -inf, for each kind [R, G, H/G, s].
  def step_masks(self: __torch__.Policy, positions: Tensor, s: int, kinds: int, like: Tensor) -> List[Tensor]:
    out = annotate(List[Tensor], [])
    r = torch.size(positions, 0)
    dev = ops.prim.device(like)
    column = torch.unsqueeze(torch.arange(s, dtype=4, device=dev), 0)
    row = torch.unsqueeze(positions, 1)
    for kind in range(kinds):
      hidden = torch.gt(column, row)
      if kind == 1:
        hidden = torch.logical_or(hidden, torch.le(column, torch.sub(row, self.window)))
      mask = torch.masked_fill(torch.zeros([r, s], dtype=ops.prim.dtype(like), device=dev), hidden, -inf)
      _0 = torch.append(out, torch.expand(torch.view(mask, [r, 1, 1, s]), [r, self.groups, self.heads // self.groups, s]))
    return out

  # Sums of all parameters' blocks of K words, one after another, on the CPU: a block's float32 words, read as integers and
  # multiplied by key [K] (int64), are added up modulo 2^64. A parameter's last block may be shorter.
  def block_sums(self: __torch__.Policy, p: List[Tensor], key: Tensor) -> Tensor:
    out = annotate(List[Tensor], [])
    k = torch.numel(key)
    for i in range(torch.len(p)):
      words = torch.view_copy(torch.reshape(torch.detach(p[i]), [-1]), dtype=3)
      whole = torch.numel(words) // k
      rows = torch.view(torch.slice(words, 0, 0, whole * k), [whole, k])
      for c in range((whole + 4095) // 4096):
        part = torch.to(torch.slice(rows, 0, c * 4096, (c + 1) * 4096), 4)
        _0 = torch.append(out, torch.sum(torch.mul_(part, key), [1]))
      rest = torch.slice(words, 0, whole * k)
      if torch.numel(rest) > 0:
        last = torch.mul(torch.to(rest, 4), torch.slice(key, 0, 0, torch.numel(rest)))
        _1 = torch.append(out, torch.unsqueeze(torch.sum(last), 0))
    return torch.cpu(torch.cat(out, 0))

  # Overwrites a parameter in place, without a gradient.
  def assign(self: __torch__.Policy, parameter: Tensor, value: Tensor) -> Tensor:
    _0 = torch.copy_(torch.detach(parameter), value)
    return value
