
  # The rest of class Policy: scores of packed tokens and their gradients, layer by layer; letters: see policy.py and block.py.

  # Log-probabilities [M, V], float32, after normed hidden states h [M, E].
  def all_log_probs(self: __torch__.Policy, w: List[Tensor], h: Tensor, cooling: Tensor) -> Tensor:
    return torch.log_softmax(self.tempered(torch.linear(h, w[2], None), cooling), -1, 6)

  # Those of targets [M].
  def log_probs(self: __torch__.Policy, w: List[Tensor], h: Tensor, targets: Tensor, cooling: Tensor) -> Tensor:
    out = annotate(List[Tensor], [])
    chunk = self.rows_at_once(w)
    for at in range(0, torch.size(h, 0), chunk):
      lp = self.all_log_probs(w, torch.slice(h, 0, at, at + chunk), torch.slice(cooling, 0, at, at + chunk))
      torch.append(out, torch.squeeze(torch.gather(lp, 1, torch.unsqueeze(torch.slice(targets, 0, at, at + chunk), 1)), 1))
    return torch.cat(out, 0)

  # Logits [M, V] from the head's products z, capped and tempered; cooling [M] is 1 / temperature, empty where all are 1.
  def tempered(self: __torch__.Policy, z: Tensor, cooling: Tensor) -> Tensor:
    y = z
    if self.cap != 0.0:
      y = torch.mul(torch.tanh(torch.div(torch.to(z, 6), self.cap)), self.cap)
    if torch.numel(cooling) == 0:
      return y
    return torch.mul(y, torch.unsqueeze(cooling, 1))

  # So many rows of logits exist at one time.
  def rows_at_once(self: __torch__.Policy, w: List[Tensor]) -> int:
    if ops.prim.is_cuda(w[2]):
      return 4096
    return ops.prim.max(128, 524288 // torch.size(w[2], 0))

  # What log_probs computes, backwards: g [M] is the loss's derivative by each log-probability lp [M]. Writes that by h into
  # dh, adds that of the head to "sum", and returns the entropies [M] of the distributions, in nats.
  #   With q = softmax - onehot and c = cooling: dh = -g c q W, dW = -(g c q)^T h, and the entropy is -c h (q W) - lp.
  # softmax - onehot at the target is expm1(lp), which is exact where the target is nearly certain.
  def head_backward(self: __torch__.Policy, w: List[Tensor], sum: Tensor, h0: Tensor, targets: Tensor, cooling: Tensor, logps: Tensor, g: Tensor, dh: Tensor) -> Tensor:
    out = annotate(List[Tensor], [])
    chunk = self.rows_at_once(w)
    for at in range(0, torch.size(h0, 0), chunk):
      h = torch.slice(h0, 0, at, at + chunk)
      c = torch.slice(cooling, 0, at, at + chunk)
      lp = torch.slice(logps, 0, at, at + chunk)
      z = torch.linear(h, w[2], None)
      logits = self.tempered(z, c)
      q = torch.to(torch.softmax(logits, -1), ops.prim.dtype(h))
      torch.scatter_(q, 1, torch.unsqueeze(torch.slice(targets, 0, at, at + chunk), 1), torch.unsqueeze(torch.to(torch.expm1(lp), ops.prim.dtype(h)), 1))
      if self.cap != 0.0:
        all = torch.log_softmax(logits, -1, 6)
        torch.append(out, torch.neg(torch.sum(torch.mul(torch.exp(all), all), [-1])))
        bend = torch.tanh(torch.div(torch.to(z, 6), self.cap))
        q = torch.to(torch.mul(q, torch.rsub(torch.mul(bend, bend), 1.0)), ops.prim.dtype(h))
      u = torch.mm(q, w[2])
      gc = torch.slice(g, 0, at, at + chunk)
      if torch.numel(c) > 0:
        gc = torch.mul(gc, c)
      if self.cap == 0.0:
        inner = torch.sum(torch.mul(h, u), [-1], False, dtype=6)
        if torch.numel(c) > 0:
          inner = torch.mul(inner, c)
        torch.append(out, torch.neg(torch.add(inner, lp)))
      gc = torch.unsqueeze(gc, 1)
      torch.copy_(torch.slice(dh, 0, at, at + chunk), torch.neg(torch.mul(u, gc)))
      self.learn(sum, q, torch.to(torch.mul(h, gc), ops.prim.dtype(h)), -1.0)
    return torch.cat(out, 0)

  def longest(self: __torch__.Policy, sizes: List[int]) -> int:
    most = 0
    for size in sizes:
      most = ops.prim.max(most, size)
    return most

  # Log-probabilities [M] of targets [M] that follow the tokens at packed places rows [M], all float32.
  #   ids, positions [N]: packed tokens, cut into segments of the given sizes; choice [N]: which of the K frequency sets turns
  #   each token; cooling [M] or empty, rope: see above.
  # Returns what backward needs: of each layer what it keeps, or if "sparing" its input alone; the last layer's result; and at
  # the end the log-probabilities.
  def trace(self: __torch__.Policy, w: List[Tensor], ids: Tensor, positions: Tensor, choice: Tensor, sizes: List[int], parents: List[int], rows: Tensor, targets: Tensor, cooling: Tensor, rope: Tensor, sparing: bool) -> List[Tensor]:
    out = annotate(List[Tensor], [])
    x = self.embed(w, ids)
    angle = self.angles(positions, torch.index_select(rope, 1, choice))
    layout = self.layout(sizes, x)
    longest = self.longest(sizes)
    for i in range(self.layers):
      kept = self.block(w, i, x, angle, sizes, parents, layout, longest)
      x = kept[20]
      if sparing:
        torch.append(out, kept[0])
      else:
        for k in range(20):
          torch.append(out, kept[k])
    torch.append(out, x)
    picked = torch.index_select(x, 0, rows)
    torch.append(out, self.log_probs(w, self.normed(picked, self.inverse_rms(picked), w[1]), targets, cooling))
    return out

  # Adds the gradients of sum(g * log-probabilities) to the sums: kept is what trace returned, for the same arguments.
  # Returns the entropies [M].
  def backward(self: __torch__.Policy, w: List[Tensor], sums: List[Tensor], kept: List[Tensor], g: Tensor, ids: Tensor, positions: Tensor, choice: Tensor, sizes: List[int], parents: List[int], rows: Tensor, targets: Tensor, cooling: Tensor, rope: Tensor, sparing: bool) -> Tensor:
    x = kept[torch.len(kept) - 2]
    picked = torch.index_select(x, 0, rows)
    inverse = self.inverse_rms(picked)
    h = self.normed(picked, inverse, w[1])
    head = sums[2]
    if self.slots[2] < 0:
      head = sums[0]
    dh = torch.empty_like(h)
    entropies = self.head_backward(w, head, h, targets, cooling, kept[torch.len(kept) - 1], g, dh)
    dx = torch.zeros_like(x)
    torch.index_add_(dx, 0, rows, self.norm_backward(dh, picked, inverse, w[1], sums[1]))
    angle = self.angles(positions, torch.index_select(rope, 1, choice))
    layout = self.layout(sizes, x)
    longest = self.longest(sizes)
    for down in range(self.layers):
      i = self.layers - 1 - down
      if sparing:
        layer = self.block(w, i, kept[i], angle, sizes, parents, layout, longest)
      else:
        layer = torch.slice(kept, 20 * i, 20 * (i + 1))
      dx = self.block_backward(w, sums, i, layer, dx, angle, sizes, parents, layout, longest)
    if torch.numel(sums[0]) > 0:
      de = torch.mul(torch.to(dx, 6), self.embedding_scale)
      if self.padding >= 0:
        torch.masked_fill_(de, torch.unsqueeze(torch.eq(ids, self.padding), 1), 0.0)
      torch.index_add_(sums[0], 0, ids, de)
    return entropies

  # Hidden states [N, E] after the last layer, keeping nothing; arguments as those of trace.
  def hidden(self: __torch__.Policy, w: List[Tensor], ids: Tensor, positions: Tensor, choice: Tensor, sizes: List[int], parents: List[int], rope: Tensor) -> Tensor:
    x = self.embed(w, ids)
    angle = self.angles(positions, torch.index_select(rope, 1, choice))
    layout = self.layout(sizes, x)
    longest = self.longest(sizes)
    for i in range(self.layers):
      x = self.block(w, i, x, angle, sizes, parents, layout, longest)[20]
    return x

  # Log-probabilities [M] as trace computes them, and entropies [M] of the same distributions.
  def score(self: __torch__.Policy, w: List[Tensor], ids: Tensor, positions: Tensor, choice: Tensor, sizes: List[int], parents: List[int], rows: Tensor, targets: Tensor, cooling: Tensor, rope: Tensor) -> Tuple[Tensor, Tensor]:
    picked = torch.index_select(self.hidden(w, ids, positions, choice, sizes, parents, rope), 0, rows)
    h = self.normed(picked, self.inverse_rms(picked), w[1])
    logps = annotate(List[Tensor], [])
    entropies = annotate(List[Tensor], [])
    chunk = self.rows_at_once(w)
    for at in range(0, torch.size(h, 0), chunk):
      lp = self.all_log_probs(w, torch.slice(h, 0, at, at + chunk), torch.slice(cooling, 0, at, at + chunk))
      torch.append(logps, torch.squeeze(torch.gather(lp, 1, torch.unsqueeze(torch.slice(targets, 0, at, at + chunk), 1)), 1))
      torch.append(entropies, torch.neg(torch.sum(torch.mul(torch.exp(lp), lp), [-1])))
    return (torch.cat(logps, 0), torch.cat(entropies, 0))

  # Logits [N, V] of the token after each of one sequence's N tokens.
  def logits(self: __torch__.Policy, w: List[Tensor], ids: Tensor, positions: Tensor, choice: Tensor, rope: Tensor) -> Tensor:
    x = self.hidden(w, ids, positions, choice, [torch.size(ids, 0)], [-1], rope)
    return self.project_out(w, self.norm(x, w[1]))

  # Sums of gradients of the packed weights, 0; empty for those that no trainable parameter goes into. Needs autograd.
  def zero_sums(self: __torch__.Policy, p: List[Tensor]) -> List[Tensor]:
    out = annotate(List[Tensor], [])
    w = self.pack(p, False)
    for i in range(torch.len(w)):
      wanted = ops.prim.requires_grad(w[i])
      if i == 2:
        wanted = torch.__and__(wanted, self.slots[2] >= 0)
      if wanted:
        torch.append(out, torch.zeros(torch.size(w[i]), dtype=6, device=ops.prim.device(w[i])))
      else:
        torch.append(out, torch.zeros([0], dtype=6))
    return out

  # Gradients of the parameters among p that are trainable, in their order, from those of the packed weights: the backward
  # pass of pack, in a program that computes in float32. They may share memory with the sums. Needs autograd.
  def unpack(self: __torch__.Policy, p: List[Tensor], sums: List[Tensor]) -> List[Tensor]:
    w = self.pack(p, False)
    of = annotate(List[Tensor], [])
    given = annotate(List[Optional[Tensor]], [])
    for i in range(torch.len(w)):
      if torch.numel(sums[i]) > 0:
        torch.append(of, w[i])
        torch.append(given, sums[i])
    by = annotate(List[Tensor], [])
    for one in p:
      if ops.prim.requires_grad(one):
        torch.append(by, one)
    out = annotate(List[Tensor], [])
    found = torch.grad(of, by, given, None, False, True)
    for i in range(torch.len(by)):
      g = found[i]
      if torch.__is__(g, None):
        torch.append(out, torch.zeros_like(by[i]))
      else:
        torch.append(out, unchecked_cast(Tensor, g))
    return out

  # Copies on the device of "like"; what lies there already is not copied.
  def placed(self: __torch__.Policy, tensors: List[Tensor], like: Tensor) -> List[Tensor]:
    out = annotate(List[Tensor], [])
    for one in tensors:
      torch.append(out, torch.to(one, ops.prim.device(like)))
    return out

  # Adds tensors, wherever they lie, to others.
  def gather(self: __torch__.Policy, into: List[Tensor], tensors: List[Tensor]) -> Tensor:
    for i in range(torch.len(into)):
      torch.add_(into[i], torch.to(tensors[i], ops.prim.device(into[i])))
    return into[0]

  def clear(self: __torch__.Policy, tensors: List[Tensor]) -> Tensor:
    for one in tensors:
      torch.zero_(one)
    return tensors[0]
