import { InvalidArgumentError } from "commander";

/**
 * Reads the values of a repeated `--endpoint NAME=URL`.
 * @param names those that can be asked elsewhere
 * @param others whether names may follow that only the policy knows
 */
export function endpointReader(names: readonly string[], others = false) {
  const isName = (name: string) => names.includes(name) || (others && /^[a-z][a-z0-9-]*$/.test(name));
  return (text: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> => {
    const [, name, url] = /^([^=]*)=(.*)$/.exec(text) ?? [];
    if (name === undefined || url === undefined || !isName(name)) {
      throw new InvalidArgumentError(`Write one of ${names.join(", ")}, = and a URL: ${names[0]}=http://127.0.0.1:9000`);
    }
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw new InvalidArgumentError(`${url} is not an http or https URL.`);
    return new Map([...before, [name, url]]);
  };
}
