import { createHash } from "node:crypto";
import type { Hono } from "hono";
import { MARK } from "../parts/icon";
import { ADAPT, ENHANCE } from "./browser-scripts";
import { STYLE } from "./style";

/** A file that browsers may keep for ever, because its `path` changes with its `content`. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly content: string;
}

export const assets = {
  style: asset("style", "css", "text/css; charset=utf-8", STYLE),
  adapt: asset("adapt", "js", "text/javascript; charset=utf-8", ADAPT),
  enhance: asset("enhance", "js", "text/javascript; charset=utf-8", ENHANCE),
  icon: asset("icon", "svg", "image/svg+xml", MARK),
};

export function asset(name: string, ending: string, type: string, content: string): Asset {
  const hash = createHash("sha256").update(content).digest("base64url").slice(0, 10);
  return { path: `/${name}.${hash}.${ending}`, type, content };
}

export function addAssets(app: Hono, some: readonly Asset[]): void {
  for (const { path, type, content } of some) {
    app.get(path, (context) =>
      context.body(content, 200, { "Content-Type": type, "Cache-Control": "public, max-age=31536000, immutable" }),
    );
  }
}
