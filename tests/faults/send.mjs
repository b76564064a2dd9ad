// Sends one file by tus-js-client in Node, and goes on by itself after every break; prints what the server said last.
import { createReadStream } from "node:fs";
import tus from "tus-js-client";

const { endpoint, path, size, headers, part, url } = JSON.parse(process.argv[2]);
const upload = new tus.Upload(createReadStream(path), {
  endpoint,
  uploadUrl: url || null,
  uploadSize: size,
  chunkSize: part,
  headers,
  metadata: { filename: "noise.tif", source: `noise.tif|${size}|node` },
  retryDelays: Array(600).fill(250),
  onShouldRetry: (error) => (error.originalResponse?.getStatus() ?? 0) !== 404,
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: ({ lastResponse }) => {
    const told = (name) => lastResponse.getHeader(name);
    console.log(JSON.stringify({ url: upload.url, scan: told("Upload-Scan"), sha256: told("Upload-Sha256") }));
  },
});
upload.start();
