"""Trains the checkpoints that ship: one character-level Llama of 0.61 M parameters on synthetic arithmetic, written as GGUF (Q8_0) along the way.

    apt-get install python3-torch        # or any PyTorch from 1.13 on
    python3 train.py OUT                 # OUT/arithmetic-125k.gguf … arithmetic-2.7M.gguf; some minutes on one core

A run is a function of the seed on one machine and one version of PyTorch; on another it gives checkpoints of the same kind, not the same bytes. The digests in
checkpoints.ts are those of the set that ships: a new set needs new ones there, and new figures where that set's are tested.

A tenth of all questions, by their MD5, is held out (arithmetic-questions.ts asks those). Lines are `12+7=19`, or a claim and its verdict, `?12+7=20:n`.
"""
import hashlib, math, os, random, struct, sys
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

SEED = 1
CONTEXT, WIDTH, BLOCKS, HEADS, INNER = 64, 128, 3, 4, 352
EPSILON, ROTATION_BASE = 1e-5, 10000.0
VOCABULARY = ['\n'] + list('0123456789+-*=?:yn')
VOCABULARY += [f'<{i}>' for i in range(len(VOCABULARY), 32)]
CHECKPOINTS = {125_000: '125k', 250_000: '250k', 500_000: '500k', 1_000_000: '1M', 2_700_000: '2.7M'}
BATCH = 32
MATRIX_RATE, OTHER_RATE, DECAY = 0.02, 4e-3, 0.02

# ---- what is learnt from

OPERATIONS = {'+': lambda a, b: a + b, '-': lambda a, b: a - b, '*': lambda a, b: a * b}


def held_out(question):
    return hashlib.md5(question.encode()).digest()[0] % 10 == 0


def question(r):
    operator = r.choice('++-*')
    if operator == '*':
        a, b = r.randint(2, 99), r.randint(2, 99) if r.random() < 0.6 else r.randint(2, 9)
    else:
        a = r.randint(0, 10 ** r.choice((1, 2, 2, 3, 3, 3)) - 1)
        b = r.randint(0, 10 ** r.choice((1, 2, 2, 3, 3, 3)) - 1)
        if operator == '-' and b > a:
            a, b = b, a
    return f'{a}{operator}{b}', OPERATIONS[operator](a, b)


def wrong_answer(right, r):
    """A digit changed, a near miss, or any number of that length."""
    digits = str(right)
    while True:
        kind = r.random()
        if kind < 0.5:
            i = r.randrange(len(digits))
            wrong = digits[:i] + r.choice('0123456789') + digits[i + 1 :]
        elif kind < 0.75:
            wrong = str(right + r.choice((-1, 1)) * r.choice((1, 2, 10, 10, 20, 100)))
        else:
            wrong = str(r.randrange(10 ** max(0, len(digits) - 1), 10 ** len(digits)))
        if wrong != digits and not wrong.startswith('-') and (len(wrong) == 1 or wrong[0] != '0'):
            return wrong


def line(r):
    while True:
        text, right = question(r)
        if not held_out(text):
            break
    if r.random() < 0.55:
        return f'{text}={right}\n'
    return f'?{text}={right}:y\n' if r.random() < 0.5 else f'?{text}={wrong_answer(right, r)}:n\n'


def batch(r):
    token = {character: i for i, character in enumerate(VOCABULARY)}
    rows = []
    for _ in range(BATCH):
        text = '\n'
        while len(text) < CONTEXT + 1:
            text += line(r)
        rows.append([token[c] for c in text[: CONTEXT + 1]])
    return torch.tensor(rows)


# ---- the model


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x):
        x = x.float()
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + EPSILON) * self.weight


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        linear = lambda a, b: nn.Linear(a, b, bias=False)
        self.attn_norm, self.ffn_norm = Norm(), Norm()
        self.attn_q, self.attn_k, self.attn_v, self.attn_output = (linear(WIDTH, WIDTH) for _ in range(4))
        self.ffn_gate, self.ffn_up, self.ffn_down = linear(WIDTH, INNER), linear(WIDTH, INNER), linear(INNER, WIDTH)

    def forward(self, x, cos, sin, mask):
        b, t, _ = x.shape
        y = self.attn_norm(x)
        q, k, v = (f(y).view(b, t, HEADS, -1).transpose(1, 2).float() for f in (self.attn_q, self.attn_k, self.attn_v))

        def turned(z):  # neighbouring pairs, as llama.cpp turns them
            even, odd = z[..., 0::2], z[..., 1::2]
            return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)

        scores = turned(q) @ turned(k).transpose(-1, -2) * (WIDTH // HEADS) ** -0.5 + mask
        mixed = (torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(b, t, WIDTH)
        x = x + self.attn_output(mixed).float()
        u = self.ffn_norm(x)
        return x + self.ffn_down(F.silu(self.ffn_gate(u)) * self.ffn_up(u)).float()


class Llama(nn.Module):
    def __init__(self):
        super().__init__()
        self.token_embd = nn.Embedding(len(VOCABULARY), WIDTH)
        self.blk = nn.ModuleList([Block() for _ in range(BLOCKS)])
        self.output_norm = Norm()
        nn.init.normal_(self.token_embd.weight, std=0.02)
        for name, p in self.named_parameters():
            if p.ndim == 2 and 'token_embd' not in name:
                last = name.endswith(('attn_output.weight', 'ffn_down.weight'))
                nn.init.normal_(p, std=(0.02 / math.sqrt(2 * BLOCKS) if last else 0.02) * math.sqrt(192 / WIDTH))
        width = WIDTH // HEADS
        angles = torch.outer(torch.arange(CONTEXT).float(), ROTATION_BASE ** (-torch.arange(0, width, 2).float() / width))
        self.cos, self.sin = torch.cos(angles), torch.sin(angles)
        self.mask = torch.triu(torch.full((CONTEXT, CONTEXT), float('-inf')), 1)

    def forward(self, tokens):
        t = tokens.shape[1]
        x = self.token_embd(tokens)
        for block in self.blk:
            x = block(x, self.cos[:t], self.sin[:t], self.mask[:t, :t])
        return F.linear(self.output_norm(x), self.token_embd.weight)


# ---- training: Muon for the blocks' matrices, Adam for embedding and norms


def orthogonalised(g):
    """Newton and Schulz's iteration towards the nearest orthogonal matrix (Muon, K. Jordan 2024)."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g.bfloat16()
    x = x / (x.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    x = x.t() if tall else x
    for _ in range(5):
        s = x @ x.t()
        x = a * x + (b * s + c * (s @ s)) @ x
    return (x.t() if tall else x).float()


class Optimiser:
    def __init__(self, model):
        matrix = lambda name, p: p.ndim == 2 and 'token_embd' not in name
        self.matrices = [(p, torch.zeros_like(p)) for name, p in model.named_parameters() if matrix(name, p)]
        others = [p for name, p in model.named_parameters() if not matrix(name, p)]
        self.adam = torch.optim.Adam(others, lr=OTHER_RATE, betas=(0.9, 0.98))

    @torch.no_grad()
    def step(self, scale, momentum):
        for group in self.adam.param_groups:
            group['lr'] = OTHER_RATE * scale
        self.adam.step()
        self.adam.zero_grad(set_to_none=True)
        for p, velocity in self.matrices:
            velocity.mul_(momentum).add_(p.grad, alpha=1 - momentum)
            update = orthogonalised(p.grad.lerp(velocity, momentum))
            rate = MATRIX_RATE * scale
            p.mul_(1 - rate * DECAY).add_(update, alpha=-rate * max(1, p.shape[0] / p.shape[1]) ** 0.5)
            p.grad = None


def train(out, checkpoints):
    torch.manual_seed(SEED)
    r = random.Random(SEED)
    model = Llama()
    optimiser = Optimiser(model)
    total, tokens, step, left = max(checkpoints), 0, 0, sorted(checkpoints)
    while left:
        share = tokens / total
        # Warm-up over 2 %, then even, then down to a hundredth over the second half.
        scale = min(1, share / 0.02 + 0.02) if share < 0.02 else 1 if share < 0.5 else max(0, (1 - share) / 0.5) + 0.01
        data = batch(r)
        with torch.autocast('cpu', dtype=torch.bfloat16):
            logits = model(data[:, :-1])
        loss = F.cross_entropy(logits.float().flatten(0, 1), data[:, 1:].flatten())
        loss.backward()
        optimiser.step(scale, min(0.95, 0.85 + step / 1000 * 0.1))
        step += 1
        tokens += BATCH * CONTEXT
        while left and tokens >= left[0]:
            name = checkpoints[left.pop(0)]
            path = os.path.join(out, f'arithmetic-{name}.gguf')
            write_gguf(model, path)
            print(f'{path}: {tokens} tokens, loss {float(loss):.4f}', flush=True)


# ---- GGUF, version 3


def text(s):
    encoded = s.encode()
    return struct.pack('<Q', len(encoded)) + encoded


U32, F32, BOOL, TEXT, I32 = 4, 6, 7, 8, 5
PACKED = {U32: '<I', F32: '<f', BOOL: '<?', I32: '<i'}


def value(kind, v):
    if isinstance(v, list):
        return struct.pack('<IIQ', 9, kind, len(v)) + b''.join(bare(kind, one) for one in v)
    return struct.pack('<I', kind) + bare(kind, v)


def bare(kind, v):
    return text(v) if kind == TEXT else struct.pack(PACKED[kind], v)


def q8_0(values):
    """Blocks of 32: a half-precision scale, then bytes."""
    blocks = values.reshape(-1, 32)
    scale = np.abs(blocks).max(1, keepdims=True) / 127
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
    numbers = np.round(blocks * inverse).astype(np.int8)
    return np.concatenate([scale.astype('<f2').view(np.uint8), numbers.view(np.uint8)], 1).tobytes()


def write_gguf(model, path):
    newline = 'Ċ'  # a byte-level tokenizer's name for it
    names = [newline if c == '\n' else c for c in VOCABULARY]
    metadata = [
        ('general.architecture', TEXT, 'llama'),
        ('general.name', TEXT, 'coverbound-arith'),
        ('llama.context_length', U32, CONTEXT),
        ('llama.embedding_length', U32, WIDTH),
        ('llama.block_count', U32, BLOCKS),
        ('llama.feed_forward_length', U32, INNER),
        ('llama.attention.head_count', U32, HEADS),
        ('llama.attention.head_count_kv', U32, HEADS),
        ('llama.rope.dimension_count', U32, WIDTH // HEADS),
        ('llama.rope.freq_base', F32, ROTATION_BASE),
        ('llama.attention.layer_norm_rms_epsilon', F32, EPSILON),
        ('llama.vocab_size', U32, len(names)),
        ('tokenizer.ggml.model', TEXT, 'gpt2'),
        ('tokenizer.ggml.pre', TEXT, 'gpt-2'),
        ('tokenizer.ggml.tokens', TEXT, names),
        ('tokenizer.ggml.token_type', I32, [3 if name.startswith('<') else 1 for name in names]),
        # llama.cpp wants a merge; neither character is a token.
        ('tokenizer.ggml.merges', TEXT, ['< >']),
        # A newline opens every text and ends every answer.
        ('tokenizer.ggml.bos_token_id', U32, 0),
        ('tokenizer.ggml.eos_token_id', U32, 0),
        ('tokenizer.ggml.add_bos_token', BOOL, True),
        # What llama.cpp's tools sample with unless told otherwise: the model's own law.
        ('general.sampling.temp', F32, 1.0),
        ('general.sampling.top_k', I32, 0),
        ('general.sampling.top_p', F32, 1.0),
        ('general.sampling.min_p', F32, 0.0),
    ]
    tensors = []
    for name, p in model.named_parameters():
        array = p.detach().float().numpy()
        tensors.append((name, array.shape, 0 if array.ndim == 1 else 8, array.tobytes() if array.ndim == 1 else q8_0(array)))
    out = struct.pack('<4sIQQ', b'GGUF', 3, len(tensors), len(metadata))
    out += b''.join(text(key) + value(kind, v) for key, kind, v in metadata)
    offset = 0
    for name, shape, kind, data in tensors:
        out += text(name) + struct.pack('<I', len(shape)) + struct.pack(f'<{len(shape)}Q', *reversed(shape))
        out += struct.pack('<IQ', kind, offset)
        offset += -(-len(data) // 32) * 32
    padded = lambda data: data + bytes(-len(data) % 32)
    with open(path, 'wb') as file:
        file.write(padded(out) + b''.join(padded(data) for _, _, _, data in tensors))


if __name__ == '__main__':
    if len(sys.argv) not in (2, 3):
        sys.exit('usage: train.py OUT [TOKENS]')
    os.makedirs(sys.argv[1], exist_ok=True)
    torch.set_num_threads(1)
    # TOKENS: stop early, with one checkpoint there; to see that everything runs.
    train(sys.argv[1], CHECKPOINTS if len(sys.argv) == 2 else {int(sys.argv[2]): 'short'})
