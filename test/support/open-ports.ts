import { Server } from "node:net";

/** The ports that this process opened since. */
export interface OpenPorts {
  /** `http://127.0.0.1:PORT` of each that is still open. */
  urls(): readonly string[];
  stop(): void;
}

/** Sees every port that is opened from now on, whoever opens it. */
export function watchPorts(): OpenPorts {
  const listen = vi.spyOn(Server.prototype, "listen");
  return {
    urls() {
      const addresses = (listen.mock.contexts as Server[]).map((server) => (server.listening ? server.address() : null));
      return addresses.flatMap((address) => (typeof address === "object" && address !== null ? [`http://127.0.0.1:${address.port}`] : []));
    },
    stop: () => listen.mockRestore(),
  };
}
