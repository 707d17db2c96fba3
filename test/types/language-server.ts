import { spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../lib/app-root";

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** TypeScript's own language server, which an editor asks. */
export class LanguageServer {
  private readonly process = spawn(process.execPath, [join(packageRoot, "node_modules/typescript/bin/tsc"), "--lsp", "--stdio"]);
  private readonly waiting = new Map<number, (answer: Message) => void>();
  /** Version of each file as it stands open. */
  private readonly versions = new Map<string, number>();
  private received: Buffer = Buffer.alloc(0);
  private asked = 0;

  constructor() {
    this.process.stdout.on("data", (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.read();
    });
  }

  async start(): Promise<void> {
    await this.ask("initialize", { processId: process.pid, rootUri: pathToFileURL(packageRoot).href, capabilities: {} });
    this.send({ method: "initialized", params: {} });
  }

  /** What completion offers at a place of a file. @param offset of a character in its text */
  async completions(file: string, text: string, offset: number): Promise<readonly string[]> {
    const answer = (await this.ask("textDocument/completion", this.placeIn(file, text, offset))) as { items?: { label: string }[] } | null;
    return (answer?.items ?? []).map(({ label }) => label.replace(/\?$/, "")).sort();
  }

  /** What is shown where the pointer rests. */
  async hover(file: string, text: string, offset: number): Promise<string> {
    const answer = (await this.ask("textDocument/hover", this.placeIn(file, text, offset))) as { contents: { value: string } } | null;
    return answer?.contents.value ?? "";
  }

  /** What it finds wrong with a file. */
  async problems(file: string, text: string): Promise<readonly string[]> {
    const answer = (await this.ask("textDocument/diagnostic", this.placeIn(file, text, 0))) as { items: { message: string }[] };
    return answer.items.map(({ message }) => message);
  }

  end(): void {
    this.process.kill();
  }

  private placeIn(file: string, text: string, offset: number): object {
    const uri = pathToFileURL(file).href;
    const version = (this.versions.get(uri) ?? 0) + 1;
    this.versions.set(uri, version);
    if (version === 1)
      this.send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "typescript", version, text } } });
    else this.send({ method: "textDocument/didChange", params: { textDocument: { uri, version }, contentChanges: [{ text }] } });
    const before = text.slice(0, offset).split("\n");
    return { textDocument: { uri }, position: { line: before.length - 1, character: before.at(-1)?.length } };
  }

  private async ask(method: string, params: object): Promise<unknown> {
    this.asked++;
    const answer = new Promise<Message>((resolve) => this.waiting.set(this.asked, resolve));
    this.send({ id: this.asked, method, params });
    const { error, result } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  private send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  private read(): void {
    for (;;) {
      const head = this.received.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/i.exec(this.received.toString("latin1", 0, head))?.[1]);
      const end = head + 4 + length;
      if (head < 0 || this.received.length < end) return;
      const message = JSON.parse(this.received.toString("utf8", head + 4, end)) as Message;
      this.received = this.received.subarray(end);
      if (message.id === undefined) continue;
      // It asks, too: for settings, and leave to watch files. It gets neither.
      if (message.method !== undefined) this.send({ id: message.id, result: null });
      else this.waiting.get(message.id as number)?.(message);
    }
  }
}
