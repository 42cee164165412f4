// The JavaScript client as a peer: node js_client.mjs PORT TABLE
//
// Shows rows 0..49 of the first ten columns and answers lines: "count" gives the updates so far,
// "rows FIRST LAST" moves the viewport and gives the nanoseconds until the rows are there. The
// client itself comes from the server. Prints "ready" first.
import readline from 'node:readline';
import { loadDhModules, NodeHttp2gRPCTransport } from '@deephaven/jsapi-nodejs';

const [port, name] = process.argv.slice(2);
const serverUrl = new URL(`http://127.0.0.1:${port}`);
const dh = await loadDhModules({
  serverUrl,
  storageDir: new URL('./tmp', import.meta.url).pathname,
  targetModuleType: 'esm',
});
const client = new dh.CoreClient(serverUrl.href, {
  transportFactory: NodeHttp2gRPCTransport.createFactory(),
});
await client.login({ type: dh.CoreClient.LOGIN_TYPE_ANONYMOUS });
const connection = await client.getAsIdeConnection();
const table = await connection.getObject({ type: 'Table', name });
const columns = table.columns.slice(0, 10);
let updates = 0;
let waiting = null;

table.addEventListener(dh.Table.EVENT_UPDATED, event => {
  updates += 1;
  for (const row of event.detail.rows) {
    for (const column of columns) row.get(column); // as a grid that paints them would
  }
  if (waiting && event.detail.offset === waiting.first) {
    console.log(`ok ${process.hrtime.bigint() - waiting.begin}`);
    waiting = null;
  }
});
table.setViewport(0, 49, columns);
console.log('ready');
readline.createInterface({ input: process.stdin }).on('line', line => {
  const [word, first, last] = line.split(' ');
  if (word === 'count') {
    console.log(`ok ${updates}`);
  } else {
    waiting = { begin: process.hrtime.bigint(), first: Number(first) };
    table.setViewport(Number(first), Number(last), columns);
  }
}).on('close', () => process.exit(0));
