/** One saved API answer. `path` is relative, with `/` between its parts; `text` is JSON. */
export type AnswerFile = { readonly path: string; readonly text: string };

export function answerFile(folder: string, name: string, content: object): AnswerFile {
  return { path: `${folder}/${name}.json`, text: `${JSON.stringify(content)}\n` };
}
