//! What is told once, and only where it is asked for.

/// A closure that tells something to a `T`, without its type, so that what asks is compiled once.
// Not `dyn FnMut`, of which each closure would have the ways to call it by value as well.
pub(crate) trait Tell<T> {
    /// Tells what there is to tell; nothing, the second time.
    fn tell(&mut self, to: &mut T);
}

impl<T, F: FnOnce(&mut T)> Tell<T> for Option<F> {
    #[inline]
    fn tell(&mut self, to: &mut T) {
        if let Some(tell) = self.take() {
            tell(to);
        }
    }
}

/// Nothing to tell.
impl<T> Tell<T> for () {
    fn tell(&mut self, _: &mut T) {}
}
