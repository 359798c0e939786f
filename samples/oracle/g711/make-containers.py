"""Expectation for containers of A-law: how many samples ffmpeg and sox read of each.

Run: see samples/oracle/README.md. Writes containers.json: per file what stands before and behind the codes, in hexadecimal, and
the frames that each program reads, all of them checked against the codes; null: it refuses, or reads other samples.
"""

import functools
import itertools
import json
import pathlib
import struct
import subprocess
import tempfile

ALAW_GUID = bytes.fromhex('0600000000001000800000aa00389b71')
W64_GUIDS = {
    'riff': bytes.fromhex('726966662e91cf11a5d628db04c10000'),
    'wave': bytes.fromhex('77617665f3acd3118cd100c04f8edb8a'),
    **{name: name.encode() + bytes.fromhex('f3acd3118cd100c04f8edb8a') for name in ('fmt ', 'data', 'junk')},
}


def codes_of(count):
    """i-th byte: (i * 37 + 11) mod 256."""
    return bytes((i * 37 + 11) % 256 for i in range(count))


def run(*command, stdin=b''):
    return subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@functools.cache
def expected(codes):
    return run('ffmpeg', '-v', 'error', '-f', 'alaw', '-ar', '4000', '-ac', '1', '-i', '-', '-f', 's16le', '-', stdin=codes).stdout


def frames_read(command, pcm, channels):
    done = run(*command)
    read = done.stdout
    good = len(read) > 0 and (pcm.startswith(read) or read.startswith(pcm))
    return len(read) // 2 // channels if good else None


def described(name, file, codes, channels, folder, suffix):
    path = f'{folder}/{suffix}'
    pathlib.Path(path).write_bytes(file)
    before, behind = file.split(codes)
    pcm = expected(codes)
    return {
        'name': name,
        'frames': len(codes) // channels,
        'channels': channels,
        'before': before.hex(),
        'behind': behind.hex(),
        'ffmpeg': frames_read(['ffmpeg', '-v', 'error', '-i', path, '-f', 's16le', '-'], pcm, channels),
        'sox': frames_read(['sox', '-D', path, '-t', 'raw', '-e', 'signed', '-b', '16', '-L', '-'], pcm, channels),
    }


# Files that ffmpeg and sox write.

def written(folder):
    for channels, count in ((1, 801), (2, 1602)):
        codes = codes_of(count)
        raw, shape = f'{folder}/x.al', f'{channels} channel{"s" * (channels > 1)}'
        pathlib.Path(raw).write_bytes(codes)
        ffmpeg = ['ffmpeg', '-v', 'error', '-y', '-f', 'alaw', '-ar', '4000', '-ac', str(channels), '-i', raw, '-c:a', 'pcm_alaw']
        sox = ['sox', '-D', '-t', 'al', '-r', '4000', '-c', str(channels)]
        commands = {
            'RF64 by ffmpeg': ([*ffmpeg, '-rf64', 'always'], 'f.wav', True),
            'Wave64 by ffmpeg': ([*ffmpeg], 'f.w64', True),
            'AU by ffmpeg': ([*ffmpeg], 'f.au', True),
            'AIFF-C by ffmpeg': ([*ffmpeg], 'f.aiff', True),
            'CAF by ffmpeg': ([*ffmpeg], 'f.caf', True),
            'WAV by ffmpeg, bit-exact': ([*ffmpeg, '-bitexact'], 'b.wav', True),
            'RIFX by sox': ([*sox, raw, '-B', '-e', 'a-law'], 's.wav', True),
            'AU by sox': ([*sox, raw, '-e', 'a-law'], 's.au', True),
            'AU by sox, little-endian': ([*sox, raw, '-L', '-e', 'a-law'], 'l.au', True),
            'Wave64 by ffmpeg to a pipe': ([*ffmpeg, '-f', 'w64', '-'], 'p.w64', False),
            'RF64 by ffmpeg to a pipe': ([*ffmpeg, '-rf64', 'always', '-f', 'wav', '-'], 'p.wav', False),
            'AU by ffmpeg to a pipe': ([*ffmpeg, '-f', 'au', '-'], 'p.au', False),
            'CAF by ffmpeg to a pipe': ([*ffmpeg, '-f', 'caf', '-'], 'p.caf', False),
            'AU by sox to a pipe': ([*sox, '-', '-t', 'au', '-e', 'a-law', '-'], 'q.au', False),
            'RIFX by sox to a pipe': ([*sox, '-', '-t', 'wav', '-B', '-e', 'a-law', '-'], 'q.wav', False),
        }
        for name, (command, suffix, to_file) in commands.items():
            done = run(*command, *([f'{folder}/{suffix}'] if to_file else []), stdin=codes)
            file = pathlib.Path(f'{folder}/{suffix}').read_bytes() if to_file else done.stdout
            if codes not in file:
                print('not written:', name, done.stderr.decode().strip().splitlines()[-1:])
                continue
            yield described(f'{name}, {shape}', file, codes, channels, folder, suffix)


# Every form of a RIFF file: each may have, or not, what the list names.

def chunk(order, name, content):
    return name + struct.pack(order + 'I', len(content)) + content + b'\0' * (len(content) % 2)


def format_chunk(order, channels, extensible):
    tag = 0xfffe if extensible else 6
    plain = struct.pack(order + 'HHIIHH', tag, channels, 4000, 4000 * channels, channels, 8)
    # The identifier stands as it does in a little-endian file: nobody writes RIFX with one.
    return plain + (struct.pack(order + 'HHI', 22, 8, 0) + ALAW_GUID if extensible else struct.pack(order + 'H', 0))


def riff(kind, codes, channels, extensible, fact, junk, odd_list, texts):
    order = '>' if kind == 'RIFX' else '<'
    size = len(codes)
    wide = kind in ('RF64', 'BW64')
    head = b''.join([
        chunk(order, b'ds64', struct.pack('<QQQI', 0, size, size // channels, 0)) if wide else b'',
        chunk(order, b'LIST', b'INFOICMT' + struct.pack(order + 'I', 3) + b'abc') if odd_list else b'',
        chunk(order, b'JUNK', bytes(28)) if junk else b'',
        chunk(order, b'fmt ', format_chunk(order, channels, extensible)),
        chunk(order, b'fact', struct.pack(order + 'I', size // channels)) if fact else b'',
        b'data' + struct.pack(order + 'I', 0xffffffff if wide else size),
    ])
    tail = b'\0' * (size % 2) + (chunk(order, b'LIST', b'INFOISFT' + struct.pack(order + 'I', 4) + b'test') if texts else b'')
    whole = 4 + len(head) + size + len(tail)
    if wide:
        head = head[:8] + struct.pack('<Q', whole) + head[16:]
    return kind.encode() + struct.pack(order + 'I', 0xffffffff if wide else whole) + b'WAVE' + head + codes + tail


def forms(folder):
    flags = ('extensible', 'fact', 'JUNK', 'odd LIST', 'texts behind')
    for kind in ('RIFF', 'RIFX', 'RF64', 'BW64'):
        for channels, count in ((1, 801), (2, 802)):
            for chosen in itertools.product((False, True), repeat=len(flags)):
                extensible, fact, junk, odd_list, texts = chosen
                if (kind == 'RIFX' and extensible) or (any(chosen) and (channels == 2 or kind == 'BW64') and not all(chosen)):
                    continue
                codes = codes_of(count)
                names = [flag for flag, has in zip(flags, chosen) if has]
                file = riff(kind, codes, channels, extensible, fact, junk, odd_list, texts)
                yield described(', '.join([f'{kind} of {channels}', *names]), file, codes, channels, folder, 'x.wav')


# Lengths that programs write when they cannot go back to fill them in.

LENGTHS = (0, 0x7fffff00, 0x7ffff000, 0x7fffffff, 0x7fffffdb, 0x80000000, 0xffffff00, 0xffffffdb, 0xfffffffe, 0xffffffff)


def streamed(folder):
    codes = codes_of(801)
    for length in LENGTHS:
        riff_size = min(length + 36, 0xffffffff)
        head = b'WAVE' + chunk('<', b'fmt ', format_chunk('<', 1, False)) + b'data' + struct.pack('<I', length)
        for outer in sorted({riff_size, length}):
            file = b'RIFF' + struct.pack('<I', outer) + head + codes
            yield described(f'WAV of RIFF size {outer:#x} and data size {length:#x}', file, codes, 1, folder, 'x.wav')
    for magic, order in ((b'.snd', '>'), (b'dns.', '<')):
        for length in (0xffffffff, 0):
            file = magic + struct.pack(order + 'IIIII', 24, length, 27, 4000, 1) + codes
            yield described(f'AU {magic.decode()} of size {length:#x}', file, codes, 1, folder, 'x.au')


with tempfile.TemporaryDirectory() as folder:
    results = [*written(folder), *forms(folder), *streamed(folder)]
path = pathlib.Path(__file__).with_name('containers.json')
path.write_text('[\n' + ',\n'.join(json.dumps(result) for result in results) + '\n]\n')
print(path, path.stat().st_size, 'bytes', len(results), 'files')
