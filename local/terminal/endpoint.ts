import { InvalidArgumentError } from "commander";

/** Reads the values of a repeated `--endpoint NAME=URL`. @param names those that can be asked elsewhere */
export function endpointReader(names: readonly string[]) {
  return (text: string, others: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> => {
    const [, name, url] = /^([^=]*)=(.*)$/.exec(text) ?? [];
    if (name === undefined || url === undefined || !names.includes(name)) {
      throw new InvalidArgumentError(`Write one of ${names.join(", ")}, = and a URL: ${names[0]}=http://127.0.0.1:9000`);
    }
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw new InvalidArgumentError(`${url} is not an http or https URL.`);
    return new Map([...others, [name, url]]);
  };
}
