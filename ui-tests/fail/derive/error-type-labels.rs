use agent_otel::ErrorType;

#[derive(ErrorType)]
enum Failed {
    #[error_type("")]
    Empty,
    #[error_type("no such order")]
    Words,
    #[error_type("this_label_goes_on_and_on_and_says_more_than_anybody_wants_to_read_on_a_chart")]
    Long,
    ThisVariantGoesOnAndOnAndSaysMoreThanAnybodyWantsToReadOnAChartOfErrors,
}

fn main() {}
