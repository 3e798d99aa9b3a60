  return handler;
}

// Whether the answer to an event depends on who asks.
function asks(event) {
  if (event.context.eventType === 'viewer-response') {
    return TABLE.setsHeaders && event.request.method !== 'OPTIONS';
  }
  return event.request.method === 'OPTIONS' ? TABLE.answersPreflights : TABLE.canonicalOrigin !== null;
}

// The keys of the rules for an origin. Nothing is allowed by what the store does not have, or cannot tell.
async function keysOf(origin) {
  try {
    const value = await cf.kvs().get(origin);
    return value.split(',');
  } catch (error) {
    return [];
  }
}

async function handler(event) {
  const origin = event.request.headers.origin;
  const keys = origin && asks(event) ? await keysOf(origin.value) : [];
  const rules = TABLE.rules.map(function (rule) {
    return keys.indexOf(rule.key) < 0 ? rule
      : Object.assign({}, rule, { allowedOrigins: rule.allowedOrigins.concat([origin.value]) });
  });
  return answersBy(Object.assign({}, TABLE, { rules: rules }))(event);
}
