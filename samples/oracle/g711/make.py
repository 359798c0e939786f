"""Expectations for A-law: what ffmpeg and sox make of all 256 codes and all 65,536 PCM values.

Both decode alike. Their encoders differ from one another and, in a few values, from the ITU-T Software Tool Library's
(G.191), whose rule CPython's audioop carries: `lin2alaw`.

Run: see samples/oracle/README.md. Writes alaw.json: code -> sample, and per encoder the 65,536 codes in ascending order
of PCM value, run-length coded as [code, length, code, length, ...] (255 steps each).
"""

import audioop
import itertools
import json
import pathlib
import struct
import subprocess

CODES = bytes(range(256))
PCM = struct.pack('<65536h', *range(-32768, 32768))

# -D: no dither; the WAV file format is left out so that nothing but the codec acts.
SOX_ALAW = ['-t', 'al', '-r', '4000', '-c', '1', '-']
SOX_PCM = ['-t', 'raw', '-e', 'signed', '-b', '16', '-r', '4000', '-c', '1', '-']


def run(command, data):
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


def ffmpeg(source, target, data):
    return run(['ffmpeg', '-v', 'error', '-f', source, '-ar', '4000', '-ac', '1', '-i', '-', '-f', target, '-'], data)


def run_lengths(codes):
    assert len(codes) == 65536
    return [n for code, group in itertools.groupby(codes) for n in (code, len(list(group)))]


decoded = ffmpeg('alaw', 's16le', CODES)
assert decoded == run(['sox', '-D', *SOX_ALAW, *SOX_PCM], CODES), 'ffmpeg and sox decode alike'

result = {
    'decode': list(struct.unpack('<256h', decoded)),
    'encode': {
        'ffmpeg': run_lengths(ffmpeg('s16le', 'alaw', PCM)),
        'sox': run_lengths(run(['sox', '-D', *SOX_PCM, *SOX_ALAW], PCM)),
        'g711': run_lengths(audioop.lin2alaw(PCM, 2)),
    },
}
path = pathlib.Path(__file__).with_name('alaw.json')
path.write_text(json.dumps(result, separators=(',', ':')) + '\n')
print(path, path.stat().st_size, 'bytes')
