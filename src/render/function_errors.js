
// Lambda@Edge on origin-response: the same headers on errors, of which CloudFront leaves functions out. Here each header is a list.
function bagOf(headers) {
  const bag = {};
  Object.keys(headers).forEach(function (name) {
    bag[name] = { value: headers[name].map(function (one) { return one.value; }).join(', ') };
  });
  return bag;
}

function isOurs(name) {
  return name === 'vary' || name.startsWith('access-control-');
}

exports.handler = async function (event) {
  const { request, response } = event.Records[0].cf;
  if (Number(response.status) < 400) {
    return response;
  }
  const asked = { method: request.method, headers: bagOf(request.headers) };
  const said = onResponse(asked, { headers: bagOf(response.headers) }).headers;
  Object.keys(response.headers).filter(isOurs).forEach(function (name) { delete response.headers[name]; });
  Object.keys(said).filter(isOurs).forEach(function (name) {
    response.headers[name] = [{ key: name, value: said[name].value }];
  });
  return response;
};
