"""Expectation for WAV: what ffmpeg writes of A-law bytes, and that sox and ffmpeg read that file back bit for bit.

Run: see samples/oracle/README.md. Writes wav.json: per case the A-law bytes as a rule, ffmpeg's 44 header bytes in
hexadecimal and the SHA-256 of its whole file; and what ffmpeg and sox put around the same bytes in WAV files of A-law, to
a file and to a pipe, where the length cannot be known.
"""

import hashlib
import json
import pathlib
import subprocess
import tempfile

# i-th byte of a case: (i * 37 + 11) mod 256.
CASES = [(4000, 1, 0), (4000, 1, 1), (4000, 1, 40001), (8000, 2, 1024)]


def run(*command, stdin=b''):
    return subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True).stdout


def around(codes, wav):
    """What stands before and behind the codes."""
    before, behind = wav.split(codes)
    return [before.hex(), behind.hex()]


def alaw_files(codes, frequency, channels, folder):
    """The codes as WAV files of A-law, by who made them. `sox` gets its input by a pipe where its output is one."""
    source, target = f'{folder}/x.al', f'{folder}/alaw.wav'
    ffmpeg = ['ffmpeg', '-v', 'error', '-y', '-f', 'alaw', '-ar', str(frequency), '-ac', str(channels), '-i', source]
    sox = ['sox', '-D', '-t', 'al', '-r', str(frequency), '-c', str(channels)]
    files = {'ffmpeg to a pipe': run(*ffmpeg, '-c:a', 'pcm_alaw', '-f', 'wav', '-')}
    run(*ffmpeg, '-c:a', 'pcm_alaw', target)
    files['ffmpeg'] = pathlib.Path(target).read_bytes()
    files['sox to a pipe'] = run(*sox, '-', '-t', 'wav', '-e', 'a-law', '-', stdin=codes)
    run(*sox, source, '-e', 'a-law', target)
    files['sox'] = pathlib.Path(target).read_bytes()
    return {who: around(codes, wav) for who, wav in files.items()}


results = []
with tempfile.TemporaryDirectory() as folder:
    source, target = f'{folder}/x.al', f'{folder}/x.wav'
    for frequency, channels, frames in CASES:
        codes = bytes((i * 37 + 11) % 256 for i in range(frames * channels))
        pathlib.Path(source).write_bytes(codes)
        raw = ['-f', 'alaw', '-ar', str(frequency), '-ac', str(channels), '-i', source]
        run('ffmpeg', '-v', 'error', '-y', *raw, '-bitexact', target)
        wav = pathlib.Path(target).read_bytes()
        if frames > 0:
            pcm = wav[44:]
            assert pcm == run('sox', '-D', target, '-t', 'raw', '-e', 'signed', '-b', '16', '-'), 'sox reads it'
            assert pcm == run('ffmpeg', '-v', 'error', '-i', target, '-f', 's16le', '-'), 'ffmpeg reads it'
        results.append({
            'samplingFrequency': frequency,
            'channels': channels,
            'frames': frames,
            'header': wav[:44].hex(),
            'sha256': hashlib.sha256(wav).hexdigest(),
            'alaw': alaw_files(codes, frequency, channels, folder) if frames > 1 else {},
        })
path = pathlib.Path(__file__).with_name('wav.json')
path.write_text(json.dumps(results, indent=1) + '\n')
print(path, path.stat().st_size, 'bytes')
