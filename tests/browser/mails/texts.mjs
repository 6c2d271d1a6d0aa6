// The words of pages and mails, from the files that the server is built with.
import { readFile } from 'node:fs/promises';

const FILES = ['page', 'mail'].map((part) => `../../../src/features/${part}/texts`);

/** The texts of one language that hold no values, by name. */
export async function textsOf(locale) {
  const read = FILES.map((folder) => readFile(new URL(`${folder}/${locale}.ftl`, import.meta.url), 'utf8'));
  const lines = (await Promise.all(read)).flatMap((file) => file.split('\n'));
  return Object.fromEntries(lines.flatMap((line) => {
    const [, name, text] = line.match(/^([\w-]+) = ([^{]*)$/) ?? [];
    return name ? [[name, text]] : [];
  }));
}
