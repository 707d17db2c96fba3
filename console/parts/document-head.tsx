import type { Child } from "hono/jsx";
import { assets } from "../style/assets";

export function DocumentHead({ title, children }: { readonly title: string; readonly children?: Child }) {
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{`${title} · Gatehouse`}</title>
      <link rel="icon" href={assets.icon.path} type="image/svg+xml" />
      <link rel="stylesheet" href={assets.style.path} />
      {children}
    </head>
  );
}
