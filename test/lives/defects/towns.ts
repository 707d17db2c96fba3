import { live } from "../lives";

// Lives some towns and says in one line of JSON which promise was broken first, or the digest of each. hunt.ts builds it with a defect in it.

async function main([first = 1, towns = 1, years = 1]: readonly number[]): Promise<void> {
  const digests: string[] = [];
  for (let count = 1; count <= towns; count++) {
    const seed = first + count - 1;
    try {
      digests.push((await live(seed, years)).digest);
    } catch (error) {
      const { cause } = error as Error;
      const why = cause instanceof Error ? (cause.name === "BrokenPromise" ? cause.message : String(cause)) : String(error);
      const [promise = why] = why.split(/: [[{]|\n/);
      console.log(JSON.stringify({ promise, seed, towns: count, story: String(error) }));
      return;
    }
  }
  console.log(JSON.stringify({ towns, digests }));
}

void main(process.argv.slice(2).map(Number));
