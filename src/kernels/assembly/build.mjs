/**
 * Compiles each AssemblyScript file of this folder to src/kernels/wasm/<name>-binary.ts:
 *
 *     node src/kernels/assembly/build.mjs [folder to write to]
 *
 * The same sources and compiler version give the same bytes.
 */

import { readdir, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { main } from 'assemblyscript/asc';

/** No garbage collector, no checks, memory from outside; twice through the optimiser until nothing changes. */
const OPTIONS = [
  '-O3',
  '--converge',
  '--noAssert',
  '--uncheckedBehavior=always',
  '--runtime=stub',
  '--importMemory',
  '--enable=simd',
  '--use=abort=',
];

const folder = new URL('./', import.meta.url);
const target = process.argv[2] === undefined ? new URL('../wasm/', folder) : pathToFileURL(`${process.argv[2]}/`);

for (const file of (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort()) {
  const name = basename(file, '.ts');
  const binary = await compile(file);
  const constant = `${name.replaceAll('-', '_').toUpperCase()}_BINARY`;
  const base64 = Buffer.from(binary).toString('base64');
  const text = `/** WebAssembly of src/kernels/assembly/${file}, made by build.mjs beside it. */\nexport const ${constant} =\n  '${base64}';\n`;
  await writeFile(new URL(`${name}-binary.ts`, target), text);
}

/** @returns {Promise<Uint8Array>} */
async function compile(file) {
  let binary;
  const written = {
    writeFile: (_, contents) => {
      binary = contents;
    },
    stdout: process.stdout,
    stderr: process.stderr,
  };
  const { error } = await main(
    [file, ...OPTIONS, '--baseDir', fileURLToPath(folder), '--outFile', 'out.wasm'],
    written,
  );
  if (error !== null) throw error;
  return binary;
}
