export default () => {
  throw new Error('on purpose');
};
