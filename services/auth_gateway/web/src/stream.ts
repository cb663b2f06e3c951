// Following what the server tells of a task until the task has ended.

import { Api, ApiError } from "./api";

const reconnectMs = 2000;

/**
 * Calls `onMessage` with each message of the stream at `path`, until it answers true: what the
 * stream tells of has ended. A stream that breaks off is taken up again, after `onBreak`. Throws
 * ApiError when the server refuses; resolves quietly once `signal` aborts.
 */
export async function follow(
  api: Api,
  path: string,
  signal: AbortSignal,
  onMessage: (message: Record<string, unknown>) => boolean,
  onBreak: () => void,
): Promise<void> {
  let token = "";
  let ended = false;
  while (!signal.aborted) {
    try {
      token = await api.watch(
        path,
        token,
        (message) => {
          ended = onMessage(message);
        },
        signal,
      );
      if (ended) return;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) throw error;
      token = "";  // the next stream begins with things as they stand
      onBreak();
    }
    await new Promise((resolve) => setTimeout(resolve, reconnectMs));
  }
}
